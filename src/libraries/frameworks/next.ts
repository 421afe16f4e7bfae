import { defineLibrary } from '../library.ts';

export const next = defineLibrary({
  name: 'next',
  title: 'Next.js',
  kind: 'framework',
  packages: ['next', 'next/server'],
  docs: 'https://nextjs.org/docs/app/api-reference',
  exports: {
    'NextRequest NextApiRequest': { type: 'request' },
    'NextResponse NextApiResponse': { type: 'response', static: 'responseClass' },
  },
  objects: {
    request: { members: {} },
    response: { members: { 'json send end status': { responds: 'whole', gives: 'self' } } },
    responseClass: { members: { 'json redirect next': {} } },
  },
  framework: {
    handlerTypes: 'NextRequest NextApiRequest NextApiResponse NextApiHandler GetServerSideProps GetServerSidePropsContext',
    files: [
      { path: '**/app/**/route.*', exports: 'GET POST PUT PATCH DELETE HEAD OPTIONS' },
      { path: '**/pages/api/**', exports: 'default' },
      { path: '**/app/**/page.*', exports: 'default generateMetadata' },
      { path: '**/app/**/layout.*', exports: 'default generateMetadata' },
      { path: '**/pages/**', exports: 'getServerSideProps getInitialProps' },
      { path: '**', exports: '*', directive: 'use server' },
    ],
    buildTime: 'generateStaticParams generateSitemaps getStaticProps getStaticPaths',
    compression: { is: 'by default' },
  },
});
