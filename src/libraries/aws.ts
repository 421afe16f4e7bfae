import { defineLibrary } from './library.ts';

/** AWS SDK v3. What a call does stands in the command's class, which `commands` of this file's objects list. */
export const aws = defineLibrary({
  name: 'aws',
  title: 'the AWS SDK',
  kind: 'service',
  packages: ['@aws-sdk/client-*', '@aws-sdk/lib-dynamodb', '@aws-sdk/lib-storage', 'aws-sdk'],
  docs: 'https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/',
  exports: {
    '*Client': { new: 'client', opens: 'agent' },
    'S3 DynamoDB SQS SNS SES Lambda SSM EventBridge Kinesis KMS SecretsManager CloudWatch CloudFront EC2 Cognito CognitoIdentityProvider':
      { new: 'client', opens: 'agent' },
    'DynamoDBDocumentClient DynamoDBDocument': { static: 'documentClass', type: 'client' },
    'GetCommand GetItemCommand': { new: 'getCommand' },
    'PutCommand PutItemCommand': { new: 'putCommand' },
    'DeleteCommand DeleteItemCommand': { new: 'deleteCommand' },
    'UpdateCommand UpdateItemCommand': { new: 'updateCommand' },
    'QueryCommand ScanCommand': { new: 'queryCommand' },
    SendMessageCommand: { new: 'sendMessageCommand' },
    PublishCommand: { new: 'publishCommand' },
    DeleteObjectCommand: { new: 'deleteObjectCommand' },
    GetParameterCommand: { new: 'getParameterCommand' },
    '*Command': { new: 'command' },
  },
  objects: {
    documentClass: { members: { from: { gives: 'client' } } },
    client: {
      members: {
        send: { gives: 'reply', does: 'request', items: 0 },
        destroy: { closes: true },
        'config middlewareStack': {},
        'get getItem': { does: 'read-by-key', batch: 'one `BatchGetCommand` per 100 keys' },
        'put putItem': { does: 'insert', batch: 'one `BatchWriteCommand` per 25 items' },
        deleteItem: { does: 'delete', batch: 'one `BatchWriteCommand` per 25 items' },
        updateItem: { does: 'update', batch: 'one `TransactWriteCommand` per 100 items' },
        sendMessage: { does: 'publish', batch: 'one `sendMessageBatch` per 10 messages' },
        deleteObject: { does: 'delete', batch: 'one `deleteObjects` per 1000 keys' },
        getParameter: { does: 'read-by-key', batch: 'one `getParameters` per 10 names' },
      },
    },
    reply: { members: {} },
    command: { members: {} },
    getCommand: { call: { does: 'read-by-key', batch: 'one `BatchGetCommand` per 100 keys' }, members: {} },
    putCommand: { call: { does: 'insert', batch: 'one `BatchWriteCommand` per 25 items' }, members: {} },
    deleteCommand: { call: { does: 'delete', batch: 'one `BatchWriteCommand` per 25 items' }, members: {} },
    updateCommand: { call: { does: 'update', batch: 'one `TransactWriteCommand` per 100 items' }, members: {} },
    queryCommand: { call: { does: 'request' }, members: {} },
    sendMessageCommand: { call: { does: 'publish', batch: 'one `SendMessageBatchCommand` per 10 messages' }, members: {} },
    publishCommand: { call: { does: 'publish', batch: 'one `PublishBatchCommand` per 10 messages' }, members: {} },
    deleteObjectCommand: { call: { does: 'delete', batch: 'one `DeleteObjectsCommand` per 1000 keys' }, members: {} },
    getParameterCommand: { call: { does: 'read-by-key', batch: 'one `GetParametersCommand` per 10 names' }, members: {} },
  },
});
