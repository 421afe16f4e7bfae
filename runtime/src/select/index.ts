/** What clients ask for, as the columns that are read. */
export { type AllowedFields, FieldError, type Fields, selectFields, type SelectOptions } from './fields.ts';
export type { ResolveInfo } from './graphql.ts';
export { columnList, drizzleColumns, drizzleQuery, mikroormFields, mongooseProjection, prismaSelect, sequelizeSelect, typeormSelect } from './written.ts';
