/** The usual ports of programs that speak something else than HTTP, or that nobody should reach through an edge. */
const others = new Set([
  21,
  22,
  23,
  25,
  53,
  110,
  143,
  389,
  465,
  587,
  636,
  993,
  995, // files, shells, mail, names, directories
  1025,
  1433,
  1521,
  1883,
  2181,
  3306,
  4222,
  5060,
  5222,
  5432,
  5672,
  6379,
  6432,
  7687,
  8529,
  8883,
  9042,
  9092,
  9200,
  11211,
  26257,
  27017,
  50051, // databases, queues, caches, gRPC
]);

/** Whether a port usually speaks no HTTP of which it would be right to guess. */
export function isUsuallyOther(port: number): boolean {
  return others.has(port);
}
