import { defineLibrary } from '../library.ts';

export const lambda = defineLibrary({
  name: 'lambda',
  title: 'AWS Lambda',
  kind: 'framework',
  packages: ['aws-lambda', '@types/aws-lambda', '@middy/core'],
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html',
  exports: {},
  objects: {},
  framework: {
    handlerTypes:
      'Handler APIGatewayProxyHandler APIGatewayProxyHandlerV2 APIGatewayProxyEvent APIGatewayProxyEventV2 SQSHandler SQSEvent SNSEvent S3Event ScheduledEvent EventBridgeEvent DynamoDBStreamEvent',
  },
});
