package dev.selene.sqlite.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How large a statement becomes while SQLite compiles it. SQLite copies a view and a table
 * expression into each place that names it, and the expression of a subquery's column into each
 * place that names the column; so a text of a kilobyte can become gigabytes, and nothing stops
 * that, since compiling is hardly ever interrupted. This estimates the number of words after all
 * copies, from the words alone: names are matched wherever they stand, so it errs to the high side.
 *
 * <p>Ownership: as {@link Database}; it remembers what it has found out. Source:
 * sqlite.org/optoverview.html (flattening), select.c of SQLite 3.54.
 */
final class Expansion {
  /** Words after all copies; of some 100 bytes each. */
  static final double MOST_WORDS = 400_000;

  /** Nesting of subqueries; SQLite's own parser stops at some hundreds. */
  private static final int DEEPEST = 300;

  /** What looks at the columns of each view. */
  private static final Set<String> LISTS = Set.of("table_list", "pragma_table_list");

  /** A view, table expression or subquery. */
  private record Source(Map<String, Double> columns, double words, double arms) {
    static final Source NOTHING = new Source(Map.of(), 0, 1);

    /** The same under other column names: any of them may be the largest one. */
    Source named(List<String> names) {
      if (names.isEmpty()) {
        return this;
      }
      double largest = columns.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
      Map<String, Double> renamed = new HashMap<>();
      names.forEach(name -> renamed.put(name, largest));
      return new Source(renamed, words, arms);
    }
  }

  /** A table expression. */
  private record Definition(String name, List<String> columns, Query query) {}

  /** One level of a statement: words, and the queries inside. */
  private static final class Query {
    final List<Object> parts = new ArrayList<>();
    final List<Definition> definitions = new ArrayList<>();
  }

  /** What a trigger comes to, and what it names. */
  private record Body(double words, Set<String> names) {}

  /** An object of the schema that statements are copied from. */
  record Stored(String type, String name, String table, String sql) {}

  private final Map<String, Stored> views = new HashMap<>();
  private final Map<String, List<Stored>> triggers = new HashMap<>();
  private final Map<String, Source> known = new HashMap<>();
  private final Map<Stored, Body> bodies = new HashMap<>();

  // Of the statement that is looked at: how deep, and whether that was too deep.
  private int depth;
  private boolean tooDeep;

  /**
   * With the views and triggers of a schema.
   *
   * @param stored all of them
   */
  Expansion(List<Stored> stored) {
    for (Stored object : stored) {
      if (object.type().equals("view")) {
        views.put(lower(object.name()), object);
      } else {
        triggers.computeIfAbsent(lower(object.table()), key -> new ArrayList<>()).add(object);
      }
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * Words after all copies.
   *
   * @param sql one statement
   * @return at least as many as it has
   */
  double words(String sql) {
    tooDeep = false;
    double words = counted(sql);
    return tooDeep ? Double.POSITIVE_INFINITY : words;
  }

  private double counted(String sql) {
    List<String> words = SqlText.words(sql);
    if (words.isEmpty()) {
      return 0;
    }
    boolean nests = words.stream().filter("SELECT"::equalsIgnoreCase).count() > 1;
    if (!nests && views.isEmpty() && triggers.isEmpty() || isDefinition(words)) {
      return words.size();
    }
    if (namesAllViews(words)) {
      return words.size() + everything();
    }
    double all = source(words, new HashSet<>()).words();
    Set<String> fired = new HashSet<>();
    Set<String> touched = names(words);
    while (!touched.isEmpty()) {
      Set<String> next = new HashSet<>();
      for (String name : touched) {
        if (triggers.containsKey(name) && fired.add(name)) {
          for (Stored trigger : triggers.getOrDefault(name, List.of())) {
            Body body = body(trigger);
            all += body.words();
            next.addAll(body.names());
          }
        }
      }
      touched = next;
    }
    return all;
  }

  private static Set<String> names(List<String> words) {
    Set<String> names = new HashSet<>();
    words.forEach(word -> names.add(plain(word)));
    return names;
  }

  private Body body(Stored trigger) {
    Body known = bodies.get(trigger);
    if (known == null) {
      List<String> words = SqlText.words(trigger.sql());
      known = new Body(source(words, new HashSet<>()).words(), names(words));
      if (!tooDeep) {
        bodies.put(trigger, known);
      }
    }
    return known;
  }

  /** To list the columns of all tables, or to rename something in them, each view is compiled. */
  private static boolean namesAllViews(List<String> words) {
    return words.getFirst().equalsIgnoreCase("ALTER")
        || words.stream().map(Expansion::plain).anyMatch(LISTS::contains);
  }

  private double everything() {
    double all = 0;
    for (String name : views.keySet()) {
      all = Math.max(all, view(name, new HashSet<>()).words());
    }
    for (List<Stored> some : triggers.values()) {
      for (Stored trigger : some) {
        all = Math.max(all, body(trigger).words());
      }
    }
    return all;
  }

  /** A view or a trigger is copied when it is used, not when it is made. */
  private static boolean isDefinition(List<String> words) {
    return words.size() > 2
        && words.getFirst().equalsIgnoreCase("CREATE")
        && words.subList(1, 3).stream()
            .anyMatch(word -> word.equalsIgnoreCase("VIEW") || word.equalsIgnoreCase("TRIGGER"));
  }

  private Source source(List<String> words, Set<String> open) {
    Parser parser = new Parser(words);
    Query query = parser.query(0);
    tooDeep |= parser.tooDeep;
    return measure(query, Map.of(), open);
  }

  private Source view(String name, Set<String> open) {
    Source source = known.get(name);
    Stored stored = views.get(name);
    if (source != null || stored == null || !open.add(name)) {
      return source == null ? Source.NOTHING : source;
    }
    List<String> words = SqlText.words(stored.sql());
    int as = 0;
    while (as < words.size() && !words.get(as).equalsIgnoreCase("AS")) {
      as++;
    }
    List<String> columns = new ArrayList<>();
    int opened = words.subList(0, as).indexOf("(");
    if (opened >= 0) {
      words.subList(opened, as).forEach(word -> columns.add(plain(word)));
    }
    source =
        source(words.subList(Math.min(words.size(), as + 1), words.size()), open).named(columns);
    open.remove(name);
    if (!tooDeep) {
      known.put(name, source);
    }
    return source;
  }

  private Source measure(Query query, Map<String, Source> outer, Set<String> open) {
    tooDeep |= depth >= DEEPEST;
    if (tooDeep) {
      return Source.NOTHING;
    }
    depth++;
    try {
      return inside(query, outer, open);
    } finally {
      depth--;
    }
  }

  private Source inside(Query query, Map<String, Source> outer, Set<String> open) {
    Map<String, Source> tables = new HashMap<>(outer);
    for (Definition definition : query.definitions) {
      tables.remove(definition.name());
      Source source = measure(definition.query(), tables, open).named(definition.columns());
      tables.put(definition.name(), source);
    }
    Map<String, Double> columns = new HashMap<>();
    Map<Query, Source> inner = new HashMap<>();
    Set<Source> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    double copied = 0;
    double arms = 1;
    for (Object part : query.parts) {
      Source source;
      if (part instanceof Query child) {
        source = measure(child, tables, open);
        inner.put(child, source);
      } else {
        String name = plain((String) part);
        Source table = tables.get(name);
        source = table == null ? view(name, open) : table;
      }
      copied += source.words();
      arms *= source.arms();
      if (seen.add(source)) {
        source.columns().forEach((name, words) -> columns.merge(name, words, Math::max));
      }
    }
    return new Results(columns, inner).of(query, copied, arms);
  }

  /** Goes through the words of a query once it is known how large what they name is. */
  private static final class Results {
    private final Map<String, Double> columns;
    private final Map<Query, Source> inner;
    private final Map<String, Double> results = new HashMap<>();
    private double words;
    private double item;
    private String last = "";
    private int depth;
    private int selects;
    private boolean inItems;

    Results(Map<String, Double> columns, Map<Query, Source> inner) {
      this.columns = columns;
      this.inner = inner;
    }

    Source of(Query query, double copied, double arms) {
      for (Object part : query.parts) {
        if (part instanceof Query child) {
          Source source = inner.get(child);
          item += source == null ? 0 : source.words();
        } else {
          word((String) part);
        }
      }
      endItem();
      if (selects > 1) {
        double largest = results.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
        results.replaceAll((name, size) -> largest);
      }
      return new Source(results, words * arms + copied, Math.max(1, selects) * arms);
    }

    private void word(String word) {
      String name = plain(word);
      // After AS comes a new name, not what had it before.
      double size = last.equals("as") ? 1 : columns.getOrDefault(name, 1.0);
      words += size;
      switch (name) {
        case "(" -> depth++;
        case ")" -> depth--;
        default -> {}
      }
      if (depth == 0 && name.equals("select")) {
        endItem();
        selects++;
        inItems = true;
      } else if (depth == 0 && name.equals("values")) {
        endItem();
        selects++;
      } else if (depth == 0 && inItems && (name.equals("from") || name.equals("union"))) {
        endItem();
        inItems = false;
      } else if (depth == 0 && inItems && name.equals(",")) {
        endItem();
      } else {
        item += size;
        last = name;
      }
    }

    private void endItem() {
      if (inItems) {
        if (last.equals("*")) {
          columns.forEach((name, size) -> results.merge(name, size, Math::max));
        } else {
          results.merge(last, Math.max(1, item), Math::max);
        }
      }
      item = 0;
      last = "";
    }
  }

  private static String plain(String word) {
    return lower(word.startsWith("\"") ? word.substring(1) : word);
  }

  /** Finds the queries in a statement. */
  private static final class Parser {
    private final List<String> words;
    private int at;
    boolean tooDeep;

    Parser(List<String> words) {
      this.words = words;
    }

    private boolean is(int index, String word) {
      return index >= 0 && index < words.size() && words.get(index).equalsIgnoreCase(word);
    }

    /** Up to the parenthesis that closes it, or the end. */
    Query query(int level) {
      Query query = new Query();
      tooDeep |= level > DEEPEST;
      int depth = 0;
      while (at < words.size() && !tooDeep) {
        String word = words.get(at);
        boolean begins = is(at + 1, "SELECT") || is(at + 1, "WITH") || is(at + 1, "VALUES");
        if (word.equals("(") && begins) {
          List<String> columns = new ArrayList<>();
          String name = definedBefore(at, columns);
          at++;
          Query child = query(level + 1);
          at++;
          if (name == null) {
            query.parts.add(child);
          } else {
            query.definitions.add(new Definition(name, columns, child));
          }
          continue;
        }
        if (word.equals("(")) {
          depth++;
        } else if (word.equals(")")) {
          if (depth == 0) {
            return query;
          }
          depth--;
        }
        query.parts.add(word);
        at++;
      }
      return query;
    }

    /** The name of the table expression whose query begins here; null when it is another one. */
    private @Nullable String definedBefore(int opening, List<String> columns) {
      int i = opening - 1;
      if (is(i, "MATERIALIZED")) {
        i -= is(i - 1, "NOT") ? 2 : 1;
      }
      if (!is(i, "AS")) {
        return null;
      }
      i--;
      if (is(i, ")")) {
        for (i--; i >= 0 && !is(i, "("); i--) {
          columns.add(plain(words.get(i)));
        }
        i--;
      }
      return i < 0 ? null : plain(words.get(i));
    }
  }
}
