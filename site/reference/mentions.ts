/** Finds the types that an export names: in its head, in its members, and in their parameters and results. */
import type { DeclarationReflection, ReferenceType } from "typedoc";
import { membersOf, signaturesOf } from "./declarations.ts";
import { callLines, memberText, typeText } from "./types.ts";

export function mentionsOf(declaration: DeclarationReflection): readonly ReferenceType[] {
  const mentions: ReferenceType[] = [];
  const mention = (type: ReferenceType) => {
    mentions.push(type);
  };
  const { extendedTypes = [], implementedTypes = [], typeParameters = [] } = declaration;
  memberText(declaration, mention);
  callLines(declaration, mention);
  for (const base of [...extendedTypes, ...implementedTypes]) typeText(base, mention);
  for (const { type, default: usual } of typeParameters) {
    for (const each of [type, usual]) if (each !== undefined) typeText(each, mention);
  }
  for (const member of membersOf(declaration)) memberText(member, mention);
  for (const { type } of signaturesOf(declaration)) typeText(type, mention);
  return mentions;
}
