import type { TSESTree } from '@typescript-eslint/types';

import type { Code } from '../project/code.ts';
import { findVariable } from './binding.ts';
import { evaluate, stepFacts } from './origin/evaluate.ts';
import { alternatives } from './origin/value.ts';
import { calleeName, lastName, nameOfKey, unwrap } from './syntax.ts';

/** Whether a node names something that differs from turn to turn. */
type IsOfTurn = (node: TSESTree.Node) => boolean;

/** `getRepository(field.entity).findOne(…)`, `db[model].findMany(…)`, `db.insert(table)`: a call of the chain takes the table from the turn. */
export function namesItsTable(code: Code, call: TSESTree.Node, isOfTurn: IsOfTurn): boolean {
  if (call.type !== 'CallExpression') return false;
  const isNamed = (each: TSESTree.Node | undefined): boolean => each !== undefined && isOfTurn(each) && !isStatement(code, each);
  const own = call.callee.type === 'MemberExpression' ? nameOfKey(call.callee) : undefined;
  // A function of the project may be called so, too: `UserView.from(user)`.
  const isOwn = alternatives(evaluate(code, call.callee)).some(({ kind }) => kind === 'function');
  if (choosesTable.test(own ?? '') && !isOwn && isNamed(call.arguments[0])) return true;
  for (let at: TSESTree.Node = unwrap(call.callee); ;) {
    if (at.type === 'MemberExpression') {
      if (at.computed && isOfTurn(at.property)) return true;
      at = unwrap(at.object);
    } else if (at.type === 'CallExpression') {
      const callee = unwrap(at.callee);
      const named = lastName(callee);
      const [first, second] = at.arguments;
      // `getRepository(manager, entity)`
      const isAfterManager = /^get(?:Tree)?Repository$/.test(named ?? '') && second !== undefined;
      if (choosesTable.test(named ?? '') && ((!isAfterManager && isNamed(first)) || isNamed(second))) return true;
      if (/^(?:insert|update|delete)$/.test(named ?? '') && isNamed(first) && callee.type === 'MemberExpression' && takesTable(code, callee)) return true;
      // `knex(table)`: an object that is called.
      if (isNamed(first) && callee.type !== 'CallExpression' && isCalledForTable(code, callee)) return true;
      at = callee;
    } else return false;
  }
}

const choosesTable =
  /^(?:getRepository|getTreeRepository|getModel|model|repo|from|into|table|collection|selectFrom|insertInto|updateTable|deleteFrom|createQueryBuilder)$/;

/** `selectFrom(recentLikes)`: rows that another statement selects, by the item it may be. */
function isStatement(code: Code, node: TSESTree.Node): boolean {
  const at = unwrap(node);
  const declarator = at.type === 'Identifier' ? (findVariable(code, at)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
  const init = declarator?.type === 'VariableDeclarator' && declarator.init !== null ? unwrap(declarator.init) : undefined;
  if (init?.type === 'CallExpression' && calleeName(init) === 'as') return true;
  return alternatives(evaluate(code, node)).some((value) => value.kind === 'object' && value.library.objects[value.type]?.builder !== undefined);
}

/** `db.insert(table)`; `insert` of `db('posts').insert(row)` takes a row. */
function takesTable(code: Code, callee: TSESTree.MemberExpression): boolean {
  const name = nameOfKey(callee) ?? '';
  const known = alternatives(evaluate(code, callee.object)).find((value) => value.kind === 'object');
  return known?.kind === 'object' ? stepFacts(known.library, known.type, name)?.takesTable === true : unwrap(callee.object).type !== 'CallExpression';
}

function isCalledForTable(code: Code, callee: TSESTree.Node): boolean {
  return alternatives(evaluate(code, callee)).some((value) => value.kind === 'object' && value.library.objects[value.type]?.call?.takesTable === true);
}

/** `` query(`select * from ${table}`) ``, or a text that a builder makes for the turn's table: `knex(table).update(…).toQuery()`. */
export function writesItsTable(code: Code, call: TSESTree.Node, isOfTurn: IsOfTurn): boolean {
  const texts = call.type === 'CallExpression' ? call.arguments.slice(0, 1) : call.type === 'TaggedTemplateExpression' ? [call.quasi] : [];
  return texts.some((text) => {
    const at = unwrap(text);
    const declarator = at.type === 'Identifier' ? (findVariable(code, at)?.defs[0]?.node as TSESTree.Node | undefined) : undefined;
    const made = declarator?.type === 'VariableDeclarator' && declarator.init !== null ? unwrap(declarator.init) : at;
    return isWrittenInto(made, isOfTurn) || (made !== at && isBuiltFor(made, isOfTurn));
  });
}

const beforeTable = /\b(?:from|join|into|update|table)\s+["`[]?(?:[\w.]*["`\]]?\.["`[]?)?$/i;

function isWrittenInto(text: TSESTree.Node, isOfTurn: IsOfTurn): boolean {
  if (text.type !== 'TemplateLiteral') return false;
  let written = '';
  return text.quasis.some(({ value }, index) => {
    written += value.raw;
    const next = text.expressions[index];
    const is = next !== undefined && beforeTable.test(written) && isOfTurn(next);
    written += 'x';
    return is;
  });
}

function isBuiltFor(made: TSESTree.Node, isOfTurn: IsOfTurn): boolean {
  if (made.type !== 'CallExpression' || !/^to(?:Query|String|SQL)$/.test(calleeName(made) ?? '')) return false;
  let at: TSESTree.Node = made;
  while (at.type === 'CallExpression' || at.type === 'MemberExpression') {
    if (at.type === 'CallExpression') {
      const [first] = at.arguments;
      const callee = unwrap(at.callee);
      const chooses = callee.type !== 'MemberExpression' || callee.object.type === 'ThisExpression' || choosesTable.test(nameOfKey(callee) ?? '');
      if (chooses && first !== undefined && isOfTurn(first)) return true;
    }
    at = unwrap(at.type === 'CallExpression' ? at.callee : at.object);
  }
  return false;
}
