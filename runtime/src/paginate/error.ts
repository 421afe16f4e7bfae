/** What is wrong with a request for a page. */
export type PageErrorCode = 'ERR_PAGE_NUMBER' | 'ERR_PAGE_SORT' | 'ERR_PAGE_FILTER' | 'ERR_PAGE_CURSOR';

/** The client asked for a page that is not offered. Frameworks that read `status`, `statusCode` and `expose` answer 400. */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly status = 400;
  readonly statusCode = 400;
  readonly expose = true;
  readonly code: PageErrorCode;

  constructor(code: PageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
