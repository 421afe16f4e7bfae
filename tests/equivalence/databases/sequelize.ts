import { DataTypes, type Model, Sequelize } from 'sequelize';

import { connection } from './server.ts';

const sequelize = new Sequelize({
  dialect: 'postgres',
  ...connection,
  username: connection.user,
  pool: { max: 1, min: 1 },
  logging: false,
  define: { timestamps: false },
});

interface UserRow extends Model {
  id: number;
  name: string;
  team: number | null;
}
interface PostRow extends Model {
  id: number;
  author: number | null;
  title: string;
}

export const User = sequelize.define<UserRow>(
  'User',
  { id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.TEXT, team: DataTypes.INTEGER },
  { tableName: 'users' },
);
export const Post = sequelize.define<PostRow>('Post', { author: DataTypes.INTEGER, title: DataTypes.TEXT }, { tableName: 'posts' });
export const Log = sequelize.define('Log', { ref: DataTypes.INTEGER, note: DataTypes.TEXT }, { tableName: 'logs' });
export const close = () => sequelize.close();
