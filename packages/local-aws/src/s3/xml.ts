import { parseDocument } from "htmlparser2";
import { badRequest } from "../awsProtocol";

type Document = ReturnType<typeof parseDocument>;
/** An XML element in a request. */
type Element = Extract<Document["children"][number], { tagName: string }>;

/** @throws AwsError `MalformedXML` if the root is not `rootName`. */
export function parseXml(xml: Buffer, rootName: string): Element {
  const root = elements(parseDocument(xml.toString(), { xmlMode: true })).find(
    ({ tagName }) => tagName === rootName,
  );
  if (!root)
    throw badRequest(
      "MalformedXML",
      `The XML you provided was not well-formed: a ${rootName} document is expected.`,
    );
  return root;
}

export function childrenOf(parent: Element, name: string): Element[] {
  return elements(parent).filter(({ tagName }) => tagName === name);
}

/** The text of the first child with this name. */
export function textOf(parent: Element, name: string): string | undefined {
  const [child] = childrenOf(parent, name);
  return child?.children.map((node) => ("data" in node ? node.data : "")).join("");
}

function elements(parent: Pick<Element, "children">): Element[] {
  return parent.children.filter((node): node is Element => "tagName" in node);
}
