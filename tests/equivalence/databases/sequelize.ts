import { DataTypes, Sequelize } from 'sequelize';

import { connection } from './server.ts';

const sequelize = new Sequelize({
  dialect: 'postgres',
  ...connection,
  username: connection.user,
  pool: { max: 1, min: 1 },
  logging: false,
  define: { timestamps: false },
});

export const User = sequelize.define(
  'User',
  { id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.TEXT, team: DataTypes.INTEGER },
  { tableName: 'users' },
);
export const Post = sequelize.define('Post', { author: DataTypes.INTEGER, title: DataTypes.TEXT }, { tableName: 'posts' });
export const Log = sequelize.define('Log', { ref: DataTypes.INTEGER, note: DataTypes.TEXT }, { tableName: 'logs' });
export const close = () => sequelize.close();
