import mongoose from 'mongoose';

import { documents } from './documents.ts';

const plain = { versionKey: false, autoIndex: false, autoCreate: false, bufferCommands: false } as const;
const model = (name: string, fields: Record<string, unknown>, collection: string) => {
  const made = mongoose.model(name, new mongoose.Schema(fields as Record<string, never>, { ...plain, collection }));
  // What Mongoose casts and sends is answered by the store.
  Object.assign(made.collection, documents(collection));
  return made;
};

export const User = model('User', { _id: Number, name: String, team: Number }, 'users');
export const Post = model('Post', { _id: Number, author: Number, title: String }, 'posts');
export const Log = model('Log', { ref: Number, note: String }, 'logs');
export const close = () => mongoose.deleteModel(/./);
