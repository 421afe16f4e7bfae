import { type Collection, type Document, MongoClient } from 'mongodb';

import { documents } from './documents.ts';

// It connects when it is first asked, which it never is: the store answers.
const client = new MongoClient('mongodb://127.0.0.1');
const collection = <T extends Document>(name: string): Collection<T> => Object.assign(client.db('shop').collection<T>(name), documents(name)) as Collection<T>;

export const users = collection<{ _id: number; name: string; team: number | null }>('users');
export const posts = collection<{ _id: number; author: number | null; title: string }>('posts');
export const logs = collection<{ ref: number | null; note: string }>('logs');
export const close = () => client.close();
