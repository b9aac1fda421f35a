package dev.selene.vm.internal.engine;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.endive.runtime.Instance;

/**
 * Lets all instances of a module share what none of them changes. Endive clones the tables of
 * functions and types and makes a map of exports for each instance: some kilobytes that live as
 * long as the process. Its fields are private, so they are set by reflection; where that is not
 * allowed, instances are larger, and nothing else changes.
 *
 * <p>Thread-safety: the parts are published by a compare-and-set and never written.
 */
final class SharedParts {
  private static final Logger LOG = LoggerFactory.getLogger(SharedParts.class);
  private static final List<Field> FIELDS = fields();

  /** What the first instance had, in the order of {@link #FIELDS}; not the instance itself. */
  private final AtomicReference<@Nullable List<Object>> parts = new AtomicReference<>();

  private static List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    for (String name :
        List.of(
            "functions", "types", "functionTypes", "imports", "exports", "globalInitializers")) {
      try {
        Field field = Instance.class.getDeclaredField(name);
        field.setAccessible(true);
        fields.add(field);
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.debug("instances do not share their {}", name, e);
      }
    }
    return fields;
  }

  /** Gives an instance that nobody else has seen yet the parts of the first one. */
  void share(Instance instance) {
    try {
      List<Object> shared = parts.get();
      if (shared == null) {
        List<Object> own = new ArrayList<>();
        for (Field field : FIELDS) {
          own.add(field.get(instance));
        }
        parts.compareAndSet(null, List.copyOf(own));
        return;
      }
      for (int i = 0; i < shared.size(); i++) {
        FIELDS.get(i).set(instance, shared.get(i));
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a field that was accessible is not any more", e);
    }
  }
}
