import { defineLibrary } from './library.ts';

export const typegoose = defineLibrary({
  name: 'typegoose',
  title: 'Typegoose',
  kind: 'database',
  packages: ['@typegoose/typegoose'],
  docs: 'https://typegoose.github.io/typegoose/docs/api/functions/get-model-for-class',
  exports: {
    'getModelForClass getDiscriminatorModelForClass addModelToTypegoose buildSchema': { call: 'mongoose:model' },
    ReturnModelType: { type: 'mongoose:model' },
    DocumentType: { type: 'mongoose:document' },
  },
  objects: {},
});
