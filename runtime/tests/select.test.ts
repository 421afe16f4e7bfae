import { buildSchema, graphql } from 'graphql';
import { describe, expect, it } from 'vitest';

import {
  columnList,
  drizzleColumns,
  drizzleQuery,
  FieldError,
  mikroormFields,
  mongooseProjection,
  prismaSelect,
  type ResolveInfo,
  selectFields,
  sequelizeSelect,
  typeormSelect,
} from '../src/select/index.ts';

const allowed = { id: true, name: 'full_name', initials: ['first_name', 'last_name'], author: { id: true, email: true, team: { id: true } } } as const;

describe('selectFields', () => {
  it.each([
    ['id,name', { id: true, full_name: true }],
    [['id', 'initials'], { id: true, first_name: true, last_name: true }],
    ['author.email, author.team.id', { author: { email: true, team: { id: true } } }],
    ['author', { author: { id: true, email: true } }],
    ['author,author.team.id', { author: { id: true, email: true, team: { id: true } } }],
    ['', { id: true, full_name: true, first_name: true, last_name: true }],
    [undefined, { id: true, full_name: true, first_name: true, last_name: true }],
    [' id ,, ', { id: true }],
  ])('%j', (requested, fields) => {
    expect(selectFields(requested, allowed)).toEqual(fields);
  });

  it.each([
    'password',
    'author.password',
    'author.team.key',
    'id.more',
    '__proto__',
    'constructor',
    'toString',
    'author.__proto__',
    'full_name',
    'author.'.repeat(20_000),
  ])('refuses %s', (requested) => {
    expect(() => selectFields(requested, allowed)).toThrow(FieldError);
  });

  it('refuses what is no text', () => {
    for (const requested of [{ a: '1' }, [{ a: 1 }], [['id']], 5]) expect(() => selectFields(requested as never, allowed)).toThrow(FieldError);
  });

  it('says what is possible, and answers 400', () => {
    const error = (() => {
      try {
        return selectFields('author.secret', allowed);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ code: 'ERR_FIELD_UNKNOWN', status: 400, statusCode: 400, expose: true, field: 'author.secret' });
    expect((error as Error).message).toBe('There is no field "author.secret". Possible: id, email, team.');
  });

  it('reads some columns always, and those of a relation with it', () => {
    const always = ['tenant', 'author.id'];
    expect(selectFields('name', allowed, { always })).toEqual({ full_name: true, tenant: true });
    expect(selectFields('author.email', allowed, { always })).toEqual({ tenant: true, author: { id: true, email: true } });
  });
});

describe('GraphQL', () => {
  const schema = buildSchema(`
    type User { id: ID! name: String email: String posts(first: Int): [Post] }
    type Post { id: ID! title: String body: String }
    type Bot { id: ID! model: String }
    union Actor = User | Bot
    type Edge { node: User }
    type Page { edges: [Edge] }
    type Query { user: User actor: Actor users: Page }
  `);
  const post = { id: true, title: true, body: true } as const;
  const user = { id: true, name: true, email: true, posts: post } as const;

  async function asked(source: string, options?: { path?: string; types?: readonly string[] }, variableValues: Record<string, unknown> = {}): Promise<unknown> {
    let fields: unknown;
    const take = (rules: Parameters<typeof selectFields>[1], answer: unknown) => (_args: unknown, _context: unknown, info: ResolveInfo) => {
      fields = selectFields(info, rules, options);
      return answer;
    };
    const rootValue = {
      user: take(user, { id: 1, posts: [] }),
      actor: take({ ...user, model: true }, { __typename: 'User', id: 1 }),
      users: take(user, { edges: [] }),
    };
    const { errors } = await graphql({ schema, source, rootValue, variableValues });
    if (errors?.[0] !== undefined) throw errors[0];
    return fields;
  }

  it.each([
    ['plain', '{ user { id name } }', { id: true, name: true }],
    ['aliases', '{ user { id nick: name mail: email } }', { id: true, name: true, email: true }],
    ['two fragments on one field', '{ ...A ...B } fragment A on Query { user { id } } fragment B on Query { user { email } }', { id: true, email: true }],
    ['named and inline fragments', '{ user { ...F ... on User { email } } } fragment F on User { id name }', { id: true, name: true, email: true }],
    ['directives on fields', '{ user { id name @skip(if: true) email @include(if: false) } }', { id: true }],
    ['a directive on a spread', '{ user { id ...F @include(if: false) } } fragment F on User { email }', { id: true }],
    ['a directive on an inline fragment', '{ user { id ... on User @skip(if: true) { email } } }', { id: true }],
    ['a union', '{ actor { __typename ... on User { id name } ... on Bot { id model } } }', { id: true, name: true, model: true }],
    [
      'one field under two aliases',
      '{ user { id a: posts(first: 1) { id title } b: posts(first: 2) { id body } } }',
      { id: true, posts: { id: true, title: true, body: true } },
    ],
  ])('%s', async (_name, source, fields) => {
    expect(await asked(source)).toEqual(fields);
  });

  it('reads the fields of some members of a union', async () => {
    const source = '{ actor { ... on User { id posts { id } } ...B } } fragment B on Bot { model }';
    expect(await asked(source, { types: ['User'] })).toEqual({ id: true, posts: { id: true } });
    expect(await asked(source, { types: ['Bot'] })).toEqual({ model: true });
  });

  it('reads variables, and below a path', async () => {
    const source = 'query ($with: Boolean!) { user { id name @include(if: $with) email @skip(if: $with) } }';
    expect(await asked(source, undefined, { with: true })).toEqual({ id: true, name: true });
    expect(await asked(source, undefined, { with: false })).toEqual({ id: true, email: true });
    expect(await asked('{ users { edges { node { name posts { title } } } } }', { path: 'edges.node' })).toEqual({ name: true, posts: { title: true } });
  });
});

describe('the form of each library', () => {
  const fields = selectFields('id,author.email,author.team.id', allowed);
  it('is its own', () => {
    expect(prismaSelect(fields)).toEqual({ id: true, author: { select: { email: true, team: { select: { id: true } } } } });
    expect(typeormSelect(fields)).toEqual({
      select: { id: true, author: { id: true, email: true, team: { id: true } } },
      relations: { author: { team: true } },
    });
    expect(typeormSelect(selectFields('author.email', allowed), { key: ['uuid'] }).select).toEqual({ uuid: true, author: { uuid: true, email: true } });
    expect(() => typeormSelect(selectFields('author.email', allowed), { key: [] })).toThrow('No column is left');
    expect(sequelizeSelect(fields)).toEqual({
      attributes: ['id'],
      include: [{ association: 'author', attributes: ['email'], include: [{ association: 'team', attributes: ['id'] }] }],
    });
    expect(mongooseProjection(fields)).toEqual({ id: 1, 'author.email': 1, 'author.team.id': 1, _id: 0 });
    expect(mongooseProjection({ _id: true, a: true })).toEqual({ _id: 1, a: 1 });
    expect(mikroormFields(fields)).toEqual(['id', 'author.email', 'author.team.id']);
    expect(columnList(fields, 'posts')).toEqual(['posts.id']);
    expect(columnList(selectFields('id,name', allowed))).toEqual(['id', 'full_name']);
    expect(() => columnList(selectFields('author.email', allowed))).toThrow('No column is left');
    expect(mongooseProjection({})).toEqual({ _id: 1 });
    const table = { id: { a: 1 }, full_name: { b: 2 } };
    expect(drizzleColumns(table, selectFields('id,name', allowed))).toEqual(table);
    expect(() => drizzleColumns(table, { other: true })).toThrow('no column `other`');
    expect(drizzleQuery(fields)).toEqual({ columns: { id: true }, with: { author: { columns: { email: true }, with: { team: { columns: { id: true } } } } } });
  });
});
