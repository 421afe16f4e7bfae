import { Readable } from 'node:stream';

import { encodeBody } from './body.ts';
import { applyDecision, type ChangeableHeaders, checkCompression, type CompressionOptions, type Headers as HeadersOf } from './negotiate.ts';

/**
 * A fetch `Response`, compressed as its request accepts. The body is encoded while it is read; the response that was given
 * must not be used afterwards.
 *
 * @throws RangeError for options that make no sense.
 */
export async function compressResponse(request: Request, response: Response, options: CompressionOptions = {}): Promise<Response> {
  checkCompression(options);
  const headers = new Headers(response.headers);
  const changeable: ChangeableHeaders = {
    get: (name) => headers.get(name) ?? undefined,
    set: (name, value) => headers.set(name, value),
    remove: (name) => headers.delete(name),
  };
  const accepted: HeadersOf = { get: (name) => request.headers.get(name) ?? undefined };
  const exchange = { method: request.method, request: accepted, status: response.status, response: changeable };
  const { body: given } = response;
  const { decision, body } = await encodeBody(given === null ? undefined : () => Readable.fromWeb(given), exchange, options);
  if (decision === 'left alone') return response;
  applyDecision(decision, changeable, Buffer.isBuffer(body));
  const sent = body === undefined ? given : body instanceof Readable ? (Readable.toWeb(body) as unknown as ReadableStream) : body;
  return new Response(sent, { status: response.status, statusText: response.statusText, headers });
}

/** What `honoCompression` needs of Hono's context. */
interface HonoContext {
  readonly req: { readonly raw: Request };
  get res(): Response;
  set res(response: Response | undefined);
}

/**
 * Middleware for Hono on Node.js: `app.use(honoCompression())`.
 *
 * @throws RangeError for options that make no sense.
 */
export function honoCompression(options: CompressionOptions = {}): (context: HonoContext, next: () => Promise<void>) => Promise<void> {
  checkCompression(options);
  return async (context, next) => {
    await next();
    const compressed = await compressResponse(context.req.raw, context.res, options);
    // Hono would copy the headers of a response that is there.
    context.res = undefined;
    context.res = compressed;
  };
}
