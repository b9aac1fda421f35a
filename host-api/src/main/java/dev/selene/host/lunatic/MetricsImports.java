package dev.selene.host.lunatic;

import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::metrics}: counters, gauges and histograms of guests. A name has 1 to 256 bytes
 * and no control characters, since it ends up in line-based formats.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-metrics-api.
 */
public final class MetricsImports implements HostModule {
  private static final int MAX_NAME = 256;

  @Override
  public String name() {
    return "lunatic::metrics";
  }

  @Import(value = "counter", summary = "Adds to a counter.")
  public void counter(
      ProcessContext process, @Pointer int name, @Length int nameLength, long value) {
    process.metrics().count(text(process, name, nameLength), GuestArguments.saturate(value));
  }

  @Import(value = "increment_counter", summary = "Adds 1 to a counter.")
  public void incrementCounter(ProcessContext process, @Pointer int name, @Length int nameLength) {
    process.metrics().count(text(process, name, nameLength), 1);
  }

  @Import(value = "gauge", summary = "Sets a gauge.")
  public void gauge(
      ProcessContext process, @Pointer int name, @Length int nameLength, double value) {
    process.metrics().setGauge(text(process, name, nameLength), value);
  }

  @Import(value = "increment_gauge", summary = "Adds to a gauge.")
  public void incrementGauge(
      ProcessContext process, @Pointer int name, @Length int nameLength, double value) {
    process.metrics().addGauge(text(process, name, nameLength), value);
  }

  @Import(value = "decrement_gauge", summary = "Subtracts from a gauge.")
  public void decrementGauge(
      ProcessContext process, @Pointer int name, @Length int nameLength, double value) {
    process.metrics().addGauge(text(process, name, nameLength), -value);
  }

  @Import(value = "histogram", summary = "Records a value in a histogram.")
  public void histogram(
      ProcessContext process, @Pointer int name, @Length int nameLength, double value) {
    process.metrics().record(text(process, name, nameLength), value);
  }

  private static String text(ProcessContext process, int name, int length) {
    String text = GuestArguments.text(process, name, length, MAX_NAME, "metric name");
    if (text.isEmpty()) {
      throw new HostTrap("metric name is empty");
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        throw new HostTrap("metric name has a control character at index " + i);
      }
    }
    return text;
  }
}
