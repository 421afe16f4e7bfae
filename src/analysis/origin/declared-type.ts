import type { TSESTree } from '@typescript-eslint/types';

import { findExport, findGenerated, findLibrary } from '../../libraries/index.ts';
import type { ExportFacts, Library } from '../../libraries/library.ts';
import type { Code } from '../../project/code.ts';
import { openImport } from '../../project/module.ts';
import { findNamed } from '../binding.ts';
import { staticText } from '../syntax.ts';
import { evaluate, importedValue, instanceOf, referenceValue } from './evaluate.ts';
import { callFunction } from './calls.ts';
import { depthLimit } from './depth-limit.ts';
import { findExportTarget, starSpecifiers } from './exports.ts';
import { memberValue } from './members.ts';
import { type Value, alternatives, elementOf, listOf, unionOf, unknown } from './value.ts';

/** Types can name themselves, and modules can export each other in a circle. */
const limited = depthLimit(20);

/** What the parameters of a generic type stand for. */
export type TypeArguments = ReadonlyMap<TSESTree.Node, Value>;

/** Those of the types that are being looked at. */
let given: TypeArguments = new Map();

/** What a type gives inside of a generic one that was told its arguments. */
export function withTypes<Answer>(types: TypeArguments | undefined, answer: () => Answer): Answer {
  if (types === undefined) return answer();
  const outer = given;
  given = new Map([...outer, ...types]);
  try {
    return answer();
  } finally {
    given = outer;
  }
}

/** What a value of the declared type is. Where a part is left out, one parser says null and another undefined. */
export function typeValue(code: Code, node: TSESTree.Node | null | undefined): Value {
  return node === null || node === undefined ? unknown : limited(() => typeValueNow(code, node));
}

function typeValueNow(code: Code, node: TSESTree.Node): Value {
  switch (node.type) {
    case 'TSTypeReference':
      return namedType(code, node.typeName, argumentsOf(node));
    case 'TSInterfaceHeritage':
    case 'TSClassImplements':
      return namedType(code, node.expression, argumentsOf(node));
    case 'TSUnionType':
    case 'TSIntersectionType':
      return unionOf(node.types.map((each) => typeValue(code, each)));
    case 'TSArrayType':
      return listOf(typeValue(code, node.elementType));
    case 'TSTupleType': {
      const items = node.elementTypes.map((each) => typeValue(code, each.type === 'TSNamedTupleMember' ? each.elementType : each));
      return { kind: 'list', of: unionOf(items), items };
    }
    case 'TSTypeOperator':
      return typeValue(code, node.typeAnnotation);
    case 'TSOptionalType':
    case 'TSRestType':
      return typeValue(code, node.typeAnnotation);
    case 'TSTypeQuery':
      return queriedValue(code, node);
    case 'TSTypeLiteral':
      return { kind: 'shape', code, node };
    case 'TSFunctionType':
      return { kind: 'function', code, node, self: undefined, environment: undefined, ...(given.size === 0 ? {} : { types: given }) };
    case 'TSIndexedAccessType': {
      const key = node.indexType.type === 'TSLiteralType' ? staticText(node.indexType.literal) : undefined;
      const object = typeValue(code, node.objectType);
      return key === undefined ? elementOf(object) : memberValue(object, key);
    }
    case 'TSImportType': {
      const specifier = staticText(node.source);
      if (specifier === undefined || node.qualifier === null) return unknown;
      return importedType(code, specifier, nameText(node.qualifier));
    }
    default:
      return unknown;
  }
}

function argumentsOf(node: TSESTree.Node): readonly TSESTree.TypeNode[] {
  const holder = node as { typeArguments?: TSESTree.TSTypeParameterInstantiation; typeParameters?: TSESTree.TSTypeParameterInstantiation };
  // Babel's parser for version 7 says typeParameters.
  return (holder.typeArguments ?? holder.typeParameters)?.params ?? [];
}

const transparent = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'Partial',
  'Required',
  'Readonly',
  'NonNullable',
  'Omit',
  'Pick',
  'DeepPartial',
  'Nullable',
  'Maybe',
  'Optional',
  'Lazy',
  'MaybePromise',
]);
const lists = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet', 'Iterable', 'AsyncIterable', 'IterableIterator', 'Generator', 'AsyncGenerator']);
const keyed = new Set(['Map', 'ReadonlyMap', 'Record', 'WeakMap', 'LRUCache']);

function namedType(code: Code, name: TSESTree.Node, args: readonly TSESTree.TypeNode[]): Value {
  const text = nameText(name);
  const [head = ''] = text.split('.');
  const variable = findNamed(code, name, head);
  const argument = (index: number): Value => (args[index] === undefined ? unknown : typeValue(code, args[index]));
  if (variable === undefined || variable.defs.length === 0) {
    if (transparent.has(text)) return argument(0);
    if (lists.has(text)) return listOf(argument(0));
    if (keyed.has(text)) return listOf(argument(1));
    if (text === 'InstanceType') return unionOf(alternatives(argument(0)).map(instanceOf));
    if (text === 'ReturnType') return unionOf(alternatives(argument(0)).map((each) => (each.kind === 'function' ? callFunction(each, []) : unknown)));
    return unknown;
  }
  const told = (): readonly Value[] => args.map((each) => typeValue(code, each));
  const values = variable.defs.map((definition): Value => {
    const node = definition.node as TSESTree.Node;
    switch (node.type) {
      case 'ImportSpecifier': {
        const imported = node.imported.type === 'Identifier' ? node.imported.name : node.imported.value;
        return importedType(code, (node.parent as TSESTree.ImportDeclaration).source.value, text.replace(head, imported), told);
      }
      case 'ImportDefaultSpecifier':
        return importedType(code, node.parent.source.value, text.replace(head, 'default'), told);
      case 'ImportNamespaceSpecifier':
        return importedType(code, node.parent.source.value, text.slice(head.length + 1));
      default:
        return declaredType(code, node, told);
    }
  });
  const value = unionOf(values);
  if (value.kind !== 'unknown') return value;
  return transparent.has(text) ? argument(0) : unknown;
}

/** What a value of the type is that a node declares. */
function declaredType(code: Code, node: TSESTree.Node, told: () => readonly Value[] = () => []): Value {
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return { kind: 'instance', of: { kind: 'class', code, node, environment: undefined } };
    case 'TSInterfaceDeclaration':
      return { kind: 'shape', code, node };
    case 'TSTypeAliasDeclaration': {
      const parameters = node.typeParameters?.params ?? [];
      if (parameters.length === 0) return typeValue(code, node.typeAnnotation);
      const values = told();
      const types = new Map(parameters.map((parameter, index): [TSESTree.Node, Value] => [parameter, values[index] ?? unknown]));
      return withTypes(types, () => typeValue(code, node.typeAnnotation));
    }
    case 'TSTypeParameter': {
      const value = given.get(node) ?? unknown;
      return value.kind === 'unknown' ? typeValue(code, node.constraint) : value;
    }
    case 'VariableDeclarator':
      // `const User = mongoose.model(…)`, used as a type.
      return unknown;
    default:
      return unknown;
  }
}

/** What a value of a type is that another module declares. The name may be qualified: `Prisma.TransactionClient`. */
export function importedType(code: Code, specifier: string, name: string, told?: () => readonly Value[]): Value {
  return limited(() => importedTypeNow(code, specifier, name, told));
}

function importedTypeNow(code: Code, specifier: string, name: string, told: (() => readonly Value[]) | undefined): Value {
  const library = findLibrary(specifier);
  if (library !== undefined) return libraryType(library, name);
  const [head = ''] = name.split('.');
  const module = openImport(code, specifier);
  if (module !== undefined) {
    const value = moduleType(module, name, told);
    if (value.kind !== 'unknown') return value;
  }
  const generated = findGenerated(head);
  return generated === undefined ? unknown : libraryType(generated, name);
}

function moduleType(module: Code, name: string, told: (() => readonly Value[]) | undefined): Value {
  const target = findExportTarget(module, name.split('.')[0] ?? name);
  if (target === undefined) {
    for (const specifier of starSpecifiers(module)) {
      const library = findLibrary(specifier);
      const value = library === undefined ? unknown : libraryType(library, name);
      if (value.kind !== 'unknown') return value;
    }
    return unknown;
  }
  switch (target.kind) {
    case 'import':
      return target.name === '*' ? unknown : importedType(target.code, target.specifier, name.replace(/^[^.]+/, target.name), told);
    case 'local': {
      const at = findNamed(target.code, target.at, target.name);
      const [definition] = at?.defs ?? [];
      const node = definition?.node as TSESTree.Node | undefined;
      if (node === undefined) return unknown;
      if (node.type === 'ImportSpecifier' || node.type === 'ImportDefaultSpecifier') {
        const imported = node.type === 'ImportDefaultSpecifier' ? 'default' : node.imported.type === 'Identifier' ? node.imported.name : node.imported.value;
        return importedType(target.code, (node.parent as TSESTree.ImportDeclaration).source.value, name.replace(/^[^.]+/, imported), told);
      }
      return declaredType(target.code, node, told);
    }
    case 'node': {
      const { node } = target;
      if (node.type === 'Identifier') {
        const [definition] = findNamed(target.code, node, node.name)?.defs ?? [];
        const declared = definition?.node as TSESTree.Node | undefined;
        return declared === undefined ? unknown : declaredType(target.code, declared, told);
      }
      return declaredType(target.code, node, told);
    }
  }
}

function libraryType(library: Library, name: string): Value {
  const facts = findExport(library, name) ?? findExport(library, name.split('.').at(-1) ?? name);
  return facts === undefined ? unknown : typeOfExport(library, facts);
}

export function typeOfExport(library: Library, facts: ExportFacts): Value {
  const reference = facts.type ?? facts.new ?? facts.is ?? facts.call;
  return reference === undefined ? unknown : referenceValue(library, reference, unknown);
}

/** `typeof db`, `typeof import('./db')`. */
function queriedValue(code: Code, node: TSESTree.TSTypeQuery): Value {
  const { exprName } = node;
  if (exprName.type === 'TSImportType') {
    const specifier = staticText(exprName.source);
    return specifier === undefined ? unknown : importedValue(code, specifier, '*');
  }
  return entityValue(code, exprName);
}

function entityValue(code: Code, node: TSESTree.EntityName): Value {
  if (node.type === 'TSQualifiedName') return memberValue(entityValue(code, node.left), node.right.name);
  return evaluate(code, node);
}

function nameText(node: TSESTree.Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'TSQualifiedName':
      return `${nameText(node.left)}.${node.right.name}`;
    case 'MemberExpression':
      return `${nameText(node.object)}.${node.property.type === 'Identifier' ? node.property.name : ''}`;
    default:
      return '';
  }
}
