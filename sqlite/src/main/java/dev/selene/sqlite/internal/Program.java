package dev.selene.sqlite.internal;

import java.util.BitSet;

/**
 * What a compiled statement may take of native memory, learned from the list of its operations.
 * SQLite counts no memory here, so each place that can hold a long value is counted instead, and
 * the longest value is chosen such that all of them together stay within what the process pays.
 *
 * <p>A place is a register that some operation fills with a text or blob, the value that a cursor
 * on a table remembers, an accumulator, or what a function needs while it runs. Triggers and
 * actions of foreign keys are programs of their own; each place they are called from keeps its
 * frame until the statement ends, so they count as often as they can be nested.
 *
 * <p>Thread-safety: immutable. Source: sqlite.org/opcode.html, vdbe.c, vdbesort.c and json.c of
 * SQLite 3.54.
 *
 * @param places of long values, at least 1
 * @param fixedBytes whatever the values are: frames, cursors, caches of temporary tables, sorters
 * @param codeBytes of the program itself and of its registers
 * @param triggerDepth how deep triggers may nest at most
 * @param growth of what is bounded by neither
 * @param writes whether it changes the database
 */
record Program(
    long places, long fixedBytes, long codeBytes, int triggerDepth, Growth growth, boolean writes) {
  /** How memory that the longest value does not bound can grow. */
  enum Growth {
    /** Not at all. */
    NONE,
    /** By some bytes an operation: sets of rows, percentiles, full text indexes. */
    SLOW,
    /** By a multiple of the longest value an operation: the groups of JSON. */
    FAST
  }

  /** Nesting of triggers that is always allowed. */
  static final int DEEPEST_TRIGGER = 100;

  /** What a fast growing statement may do between two looks. */
  static final int OPERATIONS_PER_FAST_LOOK = 8;

  /** A statement that computes nothing. */
  static final Program SMALL = new Program(8, 64 << 10, 0, 1, Growth.NONE, true);

  /** Runs statements that are not on the list: what they need is guessed, generously. */
  static final Program NESTING = new Program(16, 3 << 20, 0, 1, Growth.SLOW, true);

  private static final int OPERATION_BYTES = 40;
  private static final int REGISTER_BYTES = 64;
  private static final int FRAME_BYTES = 512;

  /** A cursor, its decoded header, and pages of the tree that it pins. */
  private static final int CURSOR_BYTES = 32 << 10;

  /** The cache of pages that SQLite gives each of them, and their headers. */
  private static final int TEMPORARY_TABLE_BYTES = 2_200 << 10;

  /** Rows until they are written to a file, and the buffers of merging. */
  private static final int SORTER_BYTES = 2_500 << 10;

  /** Pages of 4 KiB that a sorter fills at least. */
  private static final int SORTER_PAGES = 256;

  /** To read some rows of the schema. */
  private static final int SCHEMA_BYTES = 128 << 10;

  /** While a function runs: its result in two lengths. */
  private static final int PLACES_OF_A_FUNCTION = 2;

  /** Escapes make a byte six, buffers double. */
  private static final int JSON_EXPANSION = 12;

  /** Four parsed texts are remembered, each in two forms. */
  private static final int JSON_CACHE_PLACES = 12;

  /** Each element is indented by up to a thousand levels of four spaces. */
  private static final int JSON_INDENT = 4_000;

  /** Arguments of a function at most; the limit that {@link Database} leaves. */
  static final int MOST_ARGUMENTS = 100;

  /** Samples that ANALYZE keeps. */
  private static final int SAMPLES = 64;

  /** Places and fixed bytes up to which triggers may nest deeper. */
  private static final long MOST_TRIGGER_PLACES = 16_384;

  private static final long MOST_TRIGGER_BYTES = 16 << 20;

  /**
   * How long a value may be.
   *
   * @param bytes what the process pays
   * @return the length at which the statement takes no more; may be less than 1
   */
  long longest(long bytes) {
    return Math.min(Database.LONGEST_VALUE, (bytes - fixedBytes) / places);
  }

  /**
   * What to pay.
   *
   * @param length of the longest value
   * @return bytes
   */
  long bytes(long length) {
    return fixedBytes + places * length;
  }

  /** Reads the list that EXPLAIN gives, operation by operation. */
  static final class Reader {
    private final int pageBytes;
    private final BitSet registers = new BitSet();
    private long operations;
    private long codeBytes;
    private boolean inTrigger;
    private Growth growth = Growth.NONE;
    private boolean writes;
    private boolean json;
    private long variadic;
    private long transientPlaces;

    // Of the program that is being read.
    private long programOperations;
    private long places;
    private long fixedBytes;
    private long calls;
    private int lastRegister;

    // Of the main program, and the largest of the others.
    private long mainPlaces;
    private long mainBytes;
    private long mainCalls;
    private long triggerPlaces;
    private long triggerBytes;
    private long triggerCalls;

    /**
     * A reader of one list.
     *
     * @param pageBytes the size of the database's pages
     */
    Reader(int pageBytes) {
      this.pageBytes = pageBytes;
    }

    /**
     * Takes the next operation.
     *
     * @param address in its program; a program begins at 0
     * @param name of the operation
     * @param p1 operand
     * @param p2 operand
     * @param p3 operand
     * @param p4 operand as EXPLAIN shows it
     */
    void add(long address, String name, int p1, int p2, int p3, String p4) {
      if (address == 0 && operations > 0) {
        endProgram();
      }
      operations++;
      programOperations++;
      lastRegister = Math.max(lastRegister, Math.max(p1, Math.max(p2, p3)) & 0xFF_FFFF);
      switch (name) {
        case "Copy" -> fill(p2, p3 + 1);
        case "Move" -> fill(p2, p3);
        case "SCopy", "Param", "RowData", "SorterData" -> fill(p2, 1);
        case "Column", "VColumn", "Concat", "MakeRecord", "AggValue" -> fill(p3, 1);
        case "Cast", "AggFinal" -> fill(p1, 1);
        case "Function", "PureFunc" -> {
          fill(p3, 1);
          function(p4);
        }
        case "AggStep", "AggInverse" -> {
          fill(p3, 1);
          places += 2;
          aggregate(p4);
        }
        case "Blob" -> {
          if (p4.isEmpty()) {
            fixedBytes += Math.max(0, p1);
          }
        }
        case "OpenRead", "OpenWrite", "ReopenIdx", "OpenDup", "OpenPseudo" -> cursor(p4);
        case "OpenEphemeral", "OpenAutoindex" -> {
          cursor(p4);
          fixedBytes += TEMPORARY_TABLE_BYTES;
        }
        case "SorterOpen" -> {
          cursor(p4);
          places += 2;
          fixedBytes += Math.max(SORTER_BYTES, (long) SORTER_PAGES * pageBytes);
        }
        case "VOpen" -> {
          cursor("");
          places += JSON_EXPANSION;
          grows(Growth.SLOW);
        }
        case "VUpdate", "VCreate", "VDestroy", "VRename" -> {
          places += JSON_EXPANSION;
          grows(Growth.SLOW);
        }
        case "RowSetAdd", "RowSetTest" -> grows(Growth.SLOW);
        case "Program" -> calls++;
        case "Transaction" -> writes |= p2 != 0;
        case "SqlExec", "ParseSchema", "LoadAnalysis", "IntegrityCk" -> {
          places += NESTING.places;
          fixedBytes += SCHEMA_BYTES;
          grows(Growth.SLOW);
        }
        default -> {}
      }
    }

    private void fill(int first, int count) {
      if (first > 0 && count > 0) {
        registers.set(first, first + count);
      }
    }

    private void grows(Growth faster) {
      if (faster.compareTo(growth) > 0) {
        growth = faster;
      }
    }

    private void cursor(String p4) {
      fixedBytes += CURSOR_BYTES;
      if (!p4.startsWith("k(")) {
        places++;
      }
    }

    private void function(String p4) {
      long arguments = p4.endsWith("(-1)") ? MOST_ARGUMENTS : 1;
      transientPlaces = Math.max(transientPlaces, PLACES_OF_A_FUNCTION);
      if (p4.startsWith("json") || p4.startsWith("->")) {
        json = true;
        if (p4.startsWith("json_pretty")) {
          transientPlaces = Math.max(transientPlaces, JSON_INDENT);
        }
        variadic = Math.max(variadic, arguments * JSON_EXPANSION);
      } else if (p4.startsWith("concat")) {
        variadic = Math.max(variadic, arguments);
      } else if (p4.startsWith("stat_")) {
        places += SAMPLES;
        grows(Growth.SLOW);
      }
    }

    private void aggregate(String p4) {
      transientPlaces = Math.max(transientPlaces, PLACES_OF_A_FUNCTION);
      if (p4.startsWith("json")) {
        json = true;
        transientPlaces = Math.max(transientPlaces, 2L * JSON_EXPANSION * OPERATIONS_PER_FAST_LOOK);
        grows(Growth.FAST);
      } else if (p4.startsWith("group_concat")
          || p4.startsWith("string_agg")
          || p4.startsWith("percentile")
          || p4.startsWith("median")) {
        grows(Growth.SLOW);
      }
    }

    private void endProgram() {
      places += registers.cardinality();
      codeBytes += programOperations * OPERATION_BYTES;
      // A number that is no register's may be larger; a program has no more registers than this.
      long registerBytes =
          (long) REGISTER_BYTES * Math.min(lastRegister, 64 + 8 * programOperations);
      fixedBytes += FRAME_BYTES + registerBytes;
      if (inTrigger) {
        triggerPlaces = Math.max(triggerPlaces, places);
        triggerBytes = Math.max(triggerBytes, fixedBytes);
        triggerCalls = Math.max(triggerCalls, calls);
      } else {
        mainPlaces = places;
        mainBytes = fixedBytes;
        mainCalls = calls;
      }
      inTrigger = true;
      registers.clear();
      programOperations = 0;
      places = 0;
      fixedBytes = 0;
      calls = 0;
      lastRegister = 0;
    }

    /**
     * How many operations there were.
     *
     * @return in all programs
     */
    long operations() {
      return operations;
    }

    /**
     * Ends the list.
     *
     * @return what it says
     */
    Program end() {
      long least = operations;
      endProgram();
      long ofFunctions = Math.max(transientPlaces, Math.min(variadic, JSON_EXPANSION * least));
      long allPlaces = mainPlaces + ofFunctions + (json ? JSON_CACHE_PLACES : 0);
      long allBytes = mainBytes;
      int depth = 0;
      long frames = mainCalls;
      while (depth < DEEPEST_TRIGGER && frames > 0) {
        long morePlaces = allPlaces + frames * triggerPlaces;
        long moreBytes = allBytes + frames * triggerBytes;
        if (depth > 0 && (morePlaces > MOST_TRIGGER_PLACES || moreBytes > MOST_TRIGGER_BYTES)) {
          break;
        }
        allPlaces = morePlaces;
        allBytes = moreBytes;
        depth++;
        frames *= triggerCalls;
      }
      return new Program(
          Math.max(1, allPlaces),
          allBytes,
          codeBytes,
          frames == 0 ? DEEPEST_TRIGGER : depth,
          growth,
          writes);
    }
  }
}
