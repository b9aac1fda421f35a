package dev.selene.host;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a {@code long} parameter, or a {@code long} result, as a handle or a process id. */
@Documented
@Target({ElementType.PARAMETER, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Handle {
  /**
   * The kind of handle.
   *
   * @return for example {@code module}; {@code process} for process ids
   */
  String value();

  /**
   * Whether -1 means "none" or "my own".
   *
   * @return false when -1 is as unknown as any
   */
  boolean optional() default false;
}
