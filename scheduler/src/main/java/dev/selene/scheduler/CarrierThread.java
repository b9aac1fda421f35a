package dev.selene.scheduler;

/** The platform thread of a worker; virtual threads run on its stack. */
final class CarrierThread extends Thread {
  /**
   * Address space only, touched pages count: deep guest recursion, interpreted above all, and the
   * host code called from its end have to fit between two preemptions.
   */
  private static final long STACK_BYTES = 64L << 20;

  final Worker worker;

  CarrierThread(Worker worker, int number) {
    super(null, worker, "selene-worker-" + number, STACK_BYTES, false);
    this.worker = worker;
    setDaemon(true);
  }
}
