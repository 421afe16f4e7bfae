import knex from 'knex';
import { Model, type Modifiers } from 'objection';

import { connection } from './server.ts';

const db = knex({ client: 'pg', connection, pool: { min: 1, max: 1 } });

export class User extends Model {
  static override tableName = 'users';
  static override get relationMappings() {
    return { articles: { relation: Model.HasManyRelation, modelClass: Post, join: { from: 'users.id', to: 'posts.author' } } };
  }
  declare id: number;
  declare name: string;
  declare team: number | null;
  declare articles?: Post[];
}
export class Post extends Model {
  static override tableName = 'posts';
  static override modifiers: Modifiers = { first: (builder) => builder.orderBy('id').limit(1) };
  static override get relationMappings() {
    return { writer: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'posts.author', to: 'users.id' } } };
  }
  declare id: number;
  declare author: number | null;
  declare title: string;
  declare writer?: User | null;
}
export class Log extends Model {
  static override tableName = 'logs';
  declare id: number;
  declare ref: number | null;
  declare note: string;
}
for (const model of [User, Post, Log]) model.knex(db);

export const close = () => db.destroy();
