import mongoose from 'mongoose';

import { documents } from './documents.ts';

const plain = { versionKey: false, autoIndex: false, autoCreate: false, bufferCommands: false } as const;
interface UserFields {
  _id: number;
  name: string;
  team?: number | null;
}
interface PostFields {
  _id: number;
  author?: number | null;
  title: string;
}
interface LogFields {
  ref?: number | null;
  note: string;
}

export const User = mongoose.model('User', new mongoose.Schema<UserFields>({ _id: Number, name: String, team: Number }, { ...plain, collection: 'users' }));
export const Post = mongoose.model('Post', new mongoose.Schema<PostFields>({ _id: Number, author: Number, title: String }, { ...plain, collection: 'posts' }));
export const Log = mongoose.model('Log', new mongoose.Schema<LogFields>({ ref: Number, note: String }, { ...plain, collection: 'logs' }));
// What Mongoose casts and sends is answered by the store.
for (const { collection } of [User, Post, Log]) Object.assign(collection, documents(collection.collectionName));

export const close = () => mongoose.deleteModel(/./);
