import 'reflect-metadata';

import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { closeAll } from 'latency-runtime';

import { answer } from './shop.mjs';

class Clients {
  async onApplicationShutdown() {
    await closeAll();
  }
}
class ShopController {
  get() {
    return answer();
  }
}
class ShopModule {}
// Decorators, as a compiler writes them.
Injectable()(Clients);
Controller()(ShopController);
Get()(ShopController.prototype, 'get', Object.getOwnPropertyDescriptor(ShopController.prototype, 'get'));
Module({ controllers: [ShopController], providers: [Clients] })(ShopModule);

const app = await NestFactory.create(ShopModule, { logger: false });
app.enableShutdownHooks();
await app.listen(0);
console.log(`listening ${app.getHttpServer().address().port}`);
