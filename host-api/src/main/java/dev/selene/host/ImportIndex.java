package dev.selene.host;

/**
 * What a host module offers, as constants. Classes of this kind are written by the annotation
 * processor {@code selene-import-index}, which may be used for host modules of one's own, too: they
 * only make the start faster.
 *
 * <p>Thread-safety: immutable.
 */
public interface ImportIndex {
  /**
   * The methods with {@link Import}.
   *
   * @return a new array, three texts for each: the import's name, the method's name, and the
   *     method's descriptor without its {@link ProcessContext}, for example {@code (IJ)I}
   */
  String[] entries();
}
