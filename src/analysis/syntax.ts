import type { TSESTree } from '@typescript-eslint/types';

/** `x as T`, `x!`, `x satisfies T`, `(x)`, `x?.y`: the expression itself. */
export function unwrap(node: TSESTree.Node): TSESTree.Node {
  let at = node;
  for (;;) {
    switch (at.type) {
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ChainExpression':
        at = at.expression;
        break;
      default:
        return (at.type as string) === 'ParenthesizedExpression' ? unwrap((at as unknown as { expression: TSESTree.Node }).expression) : at;
    }
  }
}

/** The node's parent, passing over `as`, `!` and the like. */
export function parentOf(node: TSESTree.Node): TSESTree.Node | undefined {
  let at = node.parent;
  while (at !== undefined && unwrap(at) !== at) at = at.parent;
  return at ?? undefined;
}

/** What a chain of members and calls begins with: `tx` of `tx.insert(items).values(row)`. */
export function rootOf(node: TSESTree.Node): TSESTree.Node {
  let at = unwrap(node);
  while (at.type === 'CallExpression' || at.type === 'MemberExpression') at = unwrap(at.type === 'CallExpression' ? at.callee : at.object);
  return at;
}

/** The name that a member expression or a property asks for; `undefined` when it is computed. */
type Keyed = { readonly computed?: boolean } & ({ readonly property: TSESTree.Node } | { readonly key: TSESTree.Node });

export function nameOfKey(node: Keyed): string | undefined {
  const key = 'property' in node ? node.property : node.key;
  if (node.computed !== true && (key.type === 'Identifier' || key.type === 'PrivateIdentifier')) return key.name;
  return staticText(key);
}

/** The identifier names a member or a key: it stands for no variable. */
export function isNameOnly(node: TSESTree.Identifier): boolean {
  const { parent } = node;
  return (
    (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
    (parent.type === 'Property' && parent.key === node && !parent.computed && !parent.shorthand)
  );
}

/** A literal's text. */
export function staticText(node: TSESTree.Node | null | undefined): string | undefined {
  if (node === null || node === undefined) return undefined;
  if (node.type === 'Literal') return typeof node.value === 'string' || typeof node.value === 'number' ? String(node.value) : undefined;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

export function isFunction(node: TSESTree.Node): node is TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

/** The innermost function that holds the node; `undefined` at the top of a module. */
export function enclosingFunction(
  node: TSESTree.Node,
): TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression | undefined {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent) if (isFunction(at)) return at;
  return undefined;
}

export function enclosingClass(node: TSESTree.Node): TSESTree.ClassDeclaration | TSESTree.ClassExpression | undefined {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent) {
    if (at.type === 'ClassDeclaration' || at.type === 'ClassExpression') return at;
  }
  return undefined;
}

export function contains(outer: TSESTree.Node, inner: TSESTree.Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

/** The same place: of a file that was opened twice, each time with nodes of its own. */
export function hasRangeOf(one: TSESTree.Node, other: TSESTree.Node): boolean {
  return one.range[0] === other.range[0] && one.range[1] === other.range[1];
}

/** A promise is awaited, returned, kept in a list or let go; it is never an operand or a part of a text. */
export function isWaitedFor(node: TSESTree.Node): boolean {
  const parent = parentOf(node);
  switch (parent?.type) {
    case 'AwaitExpression':
    case 'ReturnStatement':
    case 'YieldExpression':
    case 'ArrayExpression':
    case 'ExpressionStatement':
    case 'ArrowFunctionExpression':
    case 'MemberExpression':
    case 'SpreadElement':
      return true;
    case 'ConditionalExpression':
    case 'LogicalExpression':
      return parent.type === 'LogicalExpression' || parent.test !== node ? isWaitedFor(parent) : false;
    case 'CallExpression': {
      const callee = parent.callee;
      return callee.type === 'MemberExpression' && (nameOfKey(callee) === 'push' || (callee.object.type === 'Identifier' && callee.object.name === 'Promise'));
    }
    default:
      return false;
  }
}

/** The name that an expression ends with: `read` of `read` and of `db.read`. */
export function lastName(node: TSESTree.Node): string | undefined {
  return node.type === 'Identifier' ? node.name : node.type === 'MemberExpression' ? nameOfKey(node) : undefined;
}

/** The name by which something is called: `read` of `read()` and of `db.read()`. */
export function calleeName({ callee }: TSESTree.CallExpression): string | undefined {
  return lastName(unwrap(callee));
}

/** The names that a pattern binds. */
export function identifiersIn(pattern: TSESTree.Node): TSESTree.Identifier[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => identifiersIn(property.type === 'RestElement' ? property.argument : property.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : identifiersIn(element)));
    case 'AssignmentPattern':
      return identifiersIn(pattern.left);
    case 'RestElement':
      return identifiersIn(pattern.argument);
    default:
      return [];
  }
}
