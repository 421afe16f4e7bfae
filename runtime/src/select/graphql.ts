import type { Requested } from './fields.ts';

/** What the fourth argument of a GraphQL resolver has, of graphql 14 to 16. */
export interface ResolveInfo {
  readonly fieldNodes: readonly FieldNode[];
  readonly fragments: Readonly<Record<string, { readonly selectionSet: SelectionSet }>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

interface Named {
  readonly name: { readonly value: string };
}
interface SelectionSet {
  readonly selections: readonly Selection[];
}
interface Directed {
  readonly directives?: readonly (Named & { readonly arguments?: readonly (Named & { readonly value: object })[] })[];
}
interface FieldNode extends Named, Directed {
  readonly selectionSet?: SelectionSet | undefined;
}
type Selection = { readonly kind: string } & Directed & Partial<Named> & { readonly selectionSet?: SelectionSet | undefined };

export function isResolveInfo(value: unknown): value is ResolveInfo {
  return typeof value === 'object' && value !== null && 'fieldNodes' in value && 'fragments' in value;
}

/**
 * The fields below a resolver's own, by their names rather than their aliases: of all places that ask for it, through fragments,
 * without what `@skip` and `@include` leave out. Fields of all members of a union come together.
 */
export function requestedOf(info: ResolveInfo, path: readonly string[]): Requested {
  const root = Object.create(null) as Tree;
  for (const node of info.fieldNodes) if (node.selectionSet !== undefined) collect(info, node.selectionSet, root);
  let at: Requested = root;
  for (const name of path) at = at[name] ?? {};
  return at;
}

interface Tree {
  [field: string]: Tree;
}

function collect(info: ResolveInfo, { selections }: SelectionSet, into: Tree): void {
  for (const selection of selections) {
    if (isLeftOut(info, selection)) continue;
    const name = selection.name?.value;
    if (selection.kind === 'Field') {
      if (name === undefined || name.startsWith('__')) continue;
      const inside = (into[name] ??= Object.create(null) as Tree);
      if (selection.selectionSet !== undefined) collect(info, selection.selectionSet, inside);
    } else {
      const set = selection.kind === 'FragmentSpread' ? info.fragments[name ?? '']?.selectionSet : selection.selectionSet;
      if (set !== undefined) collect(info, set, into);
    }
  }
}

function isLeftOut({ variableValues }: ResolveInfo, { directives = [] }: Directed): boolean {
  return directives.some(({ name, arguments: args = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return false;
    const given = args.find((each) => each.name.value === 'if')?.value as
      { readonly kind?: string; readonly value?: unknown; readonly name?: { readonly value: string } } | undefined;
    const value = given?.kind === 'Variable' ? variableValues[given.name?.value ?? ''] : given?.value;
    return name.value === 'skip' ? value === true : value !== true;
  });
}
