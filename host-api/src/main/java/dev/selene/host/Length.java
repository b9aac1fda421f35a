package dev.selene.host;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an {@code int} parameter as the length of the {@link Pointer} before it. */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Length {
  /**
   * Bytes an element.
   *
   * @return 1 for bytes, 8 for an array of tags or iovecs
   */
  int unit() default 1;
}
