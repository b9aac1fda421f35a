package dev.selene.host;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an {@code int} parameter as a guest address. */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Pointer {
  /**
   * Bytes read or written there.
   *
   * @return 0 when the next parameter, a {@link Length}, tells
   */
  int bytes() default 0;

  /**
   * Bytes of each number there, where there are several.
   *
   * @return 0 when it is one number, or bytes
   */
  int unit() default 0;

  /**
   * Whether the host writes there.
   *
   * @return false when it reads
   */
  boolean out() default false;
}
