package dev.selene.host;

/**
 * Where {@code lunatic::metrics} goes.
 *
 * <p>Thread-safety: implementations are thread-safe and do not block.
 */
public interface Metrics {
  /** Drops everything. */
  Metrics NONE =
      new Metrics() {
        @Override
        public void count(String name, long value) {}

        @Override
        public void setGauge(String name, double value) {}

        @Override
        public void addGauge(String name, double change) {}

        @Override
        public void record(String name, double value) {}
      };

  /**
   * Adds to a counter.
   *
   * @param name of the counter
   * @param value to add
   */
  void count(String name, long value);

  /**
   * Sets a gauge.
   *
   * @param name of the gauge
   * @param value new value
   */
  void setGauge(String name, double value);

  /**
   * Adds to a gauge.
   *
   * @param name of the gauge
   * @param change may be negative
   */
  void addGauge(String name, double change);

  /**
   * Records a value in a histogram.
   *
   * @param name of the histogram
   * @param value to record
   */
  void record(String name, double value);
}
