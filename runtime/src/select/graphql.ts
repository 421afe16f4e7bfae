import type { Requested } from './fields.ts';

/** What the fourth argument of a GraphQL resolver has, of graphql 14 to 16. */
export interface ResolveInfo {
  readonly fieldNodes: readonly FieldNode[];
  readonly fragments: Readonly<Record<string, Conditioned & { readonly selectionSet: SelectionSet }>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

interface Conditioned {
  readonly typeCondition?: Named | undefined;
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
type Selection = { readonly kind: string } & Conditioned & Directed & Partial<Named> & { readonly selectionSet?: SelectionSet | undefined };

export function isResolveInfo(value: unknown): value is ResolveInfo {
  return typeof value === 'object' && value !== null && 'fieldNodes' in value && 'fragments' in value;
}

/**
 * The fields below a resolver's own, by their names rather than their aliases: of all places that ask for it, through fragments,
 * without what `@skip` and `@include` leave out. Fields of all members of a union come together, or those of some `types`.
 */
export function requestedOf(info: ResolveInfo, path: readonly string[], types?: readonly string[]): Requested {
  let sets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  for (const name of path) sets = sets.flatMap((set) => below(info, set, name));
  const root = Object.create(null) as Tree;
  for (const set of sets) collect(info, set, root, types);
  return root;
}

/** What is selected of a field, wherever it stands in a selection. */
function below(info: ResolveInfo, { selections }: SelectionSet, name: string): SelectionSet[] {
  return selections.flatMap((selection) => {
    if (isLeftOut(info, selection)) return [];
    if (selection.kind === 'Field') return selection.name?.value === name ? (selection.selectionSet ?? []) : [];
    const inside = setOf(info, selection);
    return inside === undefined ? [] : below(info, inside, name);
  });
}

function setOf({ fragments }: ResolveInfo, selection: Selection): SelectionSet | undefined {
  return selection.kind === 'FragmentSpread' ? fragments[selection.name?.value ?? '']?.selectionSet : selection.selectionSet;
}

/** `... on User` */
function typeOf({ fragments }: ResolveInfo, selection: Selection): string | undefined {
  const fragment = selection.kind === 'FragmentSpread' ? fragments[selection.name?.value ?? ''] : selection;
  return fragment?.typeCondition?.name.value;
}

interface Tree {
  [field: string]: Tree;
}

/** `types`: fragments on other types are left out, at this level. */
function collect(info: ResolveInfo, { selections }: SelectionSet, into: Tree, types?: readonly string[]): void {
  for (const selection of selections) {
    if (isLeftOut(info, selection)) continue;
    const name = selection.name?.value;
    if (selection.kind === 'Field') {
      if (name === undefined || name.startsWith('__')) continue;
      const inside = (into[name] ??= Object.create(null) as Tree);
      if (selection.selectionSet !== undefined) collect(info, selection.selectionSet, inside);
    } else {
      const set = setOf(info, selection);
      const type = typeOf(info, selection);
      if (set !== undefined && (types === undefined || type === undefined || types.includes(type))) collect(info, set, into, types);
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
