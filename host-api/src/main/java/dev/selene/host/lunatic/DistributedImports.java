package dev.selene.host.lunatic;

import dev.selene.host.GuestMemory;
import dev.selene.host.Handle;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::distributed} on a node without a cluster: no nodes, node id 0, and a trap for
 * what needs another node. Guests compare node ids before they call those. Ranges are checked all
 * the same, so that a wrong guest fails here as it would in a cluster.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-distributed-api.
 */
public final class DistributedImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::distributed";
  }

  @Import(value = "nodes_count", summary = "The number of nodes: 0 without a cluster.")
  public int nodesCount(ProcessContext process) {
    return 0;
  }

  @Import(
      value = "get_nodes",
      summary = "Writes up to so many node ids and returns how many: 0 without a cluster.")
  public int getNodes(
      ProcessContext process, @Pointer(out = true) int nodes, @Length(unit = 8) int maximum) {
    GuestArguments.checkArray(process.memory(), nodes, maximum, Long.BYTES);
    return 0;
  }

  @Import(value = "node_id", summary = "This node's id: 0 without a cluster.")
  public long nodeId(ProcessContext process) {
    return process.nodeId();
  }

  @Import(
      value = "module_id",
      summary = "The cluster's id of the caller's module: 0 without a cluster.")
  public long moduleId(ProcessContext process) {
    return 0;
  }

  @Import(value = "spawn", blocking = true, summary = "Spawns on a node. Traps without a cluster.")
  public int spawn(
      ProcessContext process,
      long node,
      @Handle(value = "config", optional = true) long config,
      long moduleId,
      @Pointer int function,
      @Length int functionLength,
      @Pointer int parameters,
      @Length int parametersLength,
      @Pointer(bytes = 8, out = true) int idOut) {
    GuestMemory memory = process.memory();
    memory.check(function, functionLength);
    memory.check(parameters, parametersLength);
    memory.check(idOut, 8);
    throw noCluster("spawn");
  }

  @Import(
      value = "send",
      blocking = true,
      summary = "Sends to a process on a node. Traps without a cluster.")
  public int send(ProcessContext process, long node, @Handle("process") long target) {
    throw noCluster("send");
  }

  @Import(
      value = "send_receive_skip_search",
      blocking = true,
      summary = "Sends to a process on a node and waits. Traps without a cluster.")
  public int sendReceiveSkipSearch(
      ProcessContext process,
      long node,
      @Handle("process") long target,
      long tag,
      long timeoutMillis) {
    throw noCluster("send_receive_skip_search");
  }

  @Import(
      value = "exec_lookup_nodes",
      blocking = true,
      summary = "Looks nodes up by their attributes. Traps without a cluster.")
  public int execLookupNodes(
      ProcessContext process,
      @Pointer int query,
      @Length int queryLength,
      @Pointer(bytes = 8, out = true) int queryIdOut,
      @Pointer(bytes = 4, out = true) int countOut,
      @Pointer(bytes = 8, out = true) int errorOut) {
    GuestMemory memory = process.memory();
    memory.check(query, queryLength);
    memory.check(queryIdOut, 8);
    memory.check(countOut, 4);
    memory.check(errorOut, 8);
    throw noCluster("exec_lookup_nodes");
  }

  @Import(
      value = "copy_lookup_nodes_results",
      summary = "Copies node ids that were looked up. Traps without a cluster.")
  public int copyLookupNodesResults(
      ProcessContext process,
      long queryId,
      @Pointer(out = true) int nodes,
      @Length(unit = 8) int maximum,
      @Pointer(bytes = 8, out = true) int errorOut) {
    GuestMemory memory = process.memory();
    GuestArguments.checkArray(memory, nodes, maximum, Long.BYTES);
    memory.check(errorOut, 8);
    throw noCluster("copy_lookup_nodes_results");
  }

  @Import(
      value = "test_root_cert",
      blocking = true,
      summary = "The test certificate authority. Traps without a cluster.")
  public int testRootCert(ProcessContext process, @Pointer(bytes = 4, out = true) int lengthOut) {
    process.memory().check(lengthOut, 4);
    throw noCluster("test_root_cert");
  }

  @Import(
      value = "default_server_certificates",
      blocking = true,
      summary = "A server certificate signed by an authority. Traps without a cluster.")
  public int defaultServerCertificates(
      ProcessContext process,
      @Pointer int certificate,
      @Length int certificateLength,
      @Pointer int key,
      @Length int keyLength,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    GuestMemory memory = process.memory();
    memory.check(certificate, certificateLength);
    memory.check(key, keyLength);
    memory.check(lengthOut, 4);
    throw noCluster("default_server_certificates");
  }

  @Import(
      value = "sign_node",
      blocking = true,
      summary = "A node's certificate signed by an authority. Traps without a cluster.")
  public int signNode(
      ProcessContext process,
      @Pointer int certificate,
      @Length int certificateLength,
      @Pointer int key,
      @Length int keyLength,
      @Pointer int request,
      @Length int requestLength,
      @Pointer(bytes = 4, out = true) int lengthOut) {
    GuestMemory memory = process.memory();
    memory.check(certificate, certificateLength);
    memory.check(key, keyLength);
    memory.check(request, requestLength);
    memory.check(lengthOut, 4);
    throw noCluster("sign_node");
  }

  private static HostTrap noCluster(String name) {
    return new HostTrap("lunatic::distributed::" + name + ": this node is not part of a cluster");
  }
}
