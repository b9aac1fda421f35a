package dev.selene.host;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a {@link HostModule} as an import. Signatures, link-time checks, {@code
 * docs/abi.md} and the negative tests all come from these annotations.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Import {
  /**
   * The import's name.
   *
   * @return the name
   */
  String value();

  /**
   * Whether the call may park the process.
   *
   * @return true if so
   */
  boolean blocking() default false;

  /**
   * The version of {@code selene::*} that has it first.
   *
   * @return empty for the oldest
   */
  String since() default "";

  /**
   * One sentence for {@code docs/abi.md}.
   *
   * @return what the import does and returns
   */
  String summary() default "";
}
