import { answer } from '../../../servers/shop.mjs';

export const dynamic = 'force-dynamic';
export const GET = async () => new Response(await answer());
