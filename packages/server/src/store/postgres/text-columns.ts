import {
  DataTypeNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  RawNode,
} from 'kysely'

/**
 * Makes every text column compare byte by byte, as SQLite's do, whatever the language of the database:
 * pages would begin elsewhere, and two replicas with other libraries would disagree.
 */
export const BYTEWISE_TEXT: KyselyPlugin = {
  transformQuery: ({ node, queryId }) => new BytewiseText().transformNode(node, queryId),
  transformResult: async ({ result }) => result,
}

class BytewiseText extends OperationNodeTransformer {
  protected override transformNodeImpl<Node extends OperationNode>(
    ...[node, queryId]: Parameters<OperationNodeTransformer['transformNodeImpl']>
  ): Node {
    if (DataTypeNode.is(node) && node.dataType === 'text') {
      return RawNode.createWithSql('text collate "C"') as OperationNode as Node
    }
    return super.transformNodeImpl(node, queryId) as OperationNode as Node
  }
}
