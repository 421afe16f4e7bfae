import { defineLibrary } from './library.ts';

/** Known so that rules for servers leave its components alone. */
export const angular = defineLibrary({
  name: 'angular',
  title: 'Angular',
  kind: 'framework',
  packages: ['@angular/core', '@angular/common', '@angular/router', '@angular/forms'],
  docs: 'https://angular.dev/api',
  exports: { 'Component Directive Pipe NgModule Input Output EventEmitter inject Injectable': { runsIn: 'browser' } },
  objects: {},
});
