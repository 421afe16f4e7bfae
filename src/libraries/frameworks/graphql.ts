import { defineLibrary } from '../library.ts';

export const graphql = defineLibrary({
  name: 'graphql',
  title: 'GraphQL resolvers',
  kind: 'framework',
  packages: ['graphql', '@apollo/server', 'apollo-server', 'apollo-server-express', 'graphql-yoga', 'type-graphql', '@pothos/core', '@graphql-tools/schema'],
  docs: 'https://graphql.org/graphql-js/type/',
  exports: {
    'ApolloServer createSchema createYoga makeExecutableSchema': {},
    'GraphQLFieldResolver Resolvers': {},
  },
  objects: {},
  framework: {
    handlerDecorators: 'Query Mutation FieldResolver Subscription Arg Root',
    handlerTypes: 'GraphQLResolveInfo GraphQLFieldResolver',
  },
});
