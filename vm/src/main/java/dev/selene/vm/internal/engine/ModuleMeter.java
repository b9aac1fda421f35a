package dev.selene.vm.internal.engine;

import dev.selene.host.ModuleRejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a binary into sections, refuses what cannot run here, and writes it again: function bodies
 * with markers, an empty memory where there is none, and a small function for each tail call that
 * Endive's interpreter cannot make (it copies as many arguments as the function has locals when a
 * function tail-calls itself, so such calls take a step over another function).
 *
 * <p>Counts are checked against the bytes that are there before anything is allocated by them.
 */
final class ModuleMeter {
  /** Custom sections may be empty and many; compilers write a handful. */
  private static final int MAX_SECTIONS = 1_000;

  private static final int FIRST_PREFIX = 0x5E1E4E00;
  private static final byte FUNCTION_REFERENCE = 0x70;
  private static final int MAX_LOCALS = 50_000;
  static final int MAX_TABLE = 100_000;

  private record Section(int id, int start, int end) {}

  private record FunctionType(byte[] parameters, byte[] results) {}

  /** A function that only makes a tail call. */
  private record Thunk(int type, int slots, boolean indirect, int target, int table) {}

  private final byte[] source;
  private final int maxFunctions;
  private final boolean metering;
  private final List<Section> sections = new ArrayList<>();
  private final List<FunctionType> types = new ArrayList<>();
  private final List<FunctionType> addedTypes = new ArrayList<>();
  private final List<Thunk> thunks = new ArrayList<>();
  private final Map<String, Integer> thunkIndexes = new HashMap<>();
  private final List<Integer> importTypes = new ArrayList<>();
  private final List<Integer> exportedFunctions = new ArrayList<>();
  private int[] functionTypes = new int[0];
  private boolean hasMemory;
  private boolean needsMemory;

  private ModuleMeter(byte[] source, int maxFunctions, boolean metering) {
    this.source = source;
    this.maxFunctions = maxFunctions;
    this.metering = metering;
  }

  static MeteredModule meter(byte[] source, int maxFunctions) {
    return meter(source, maxFunctions, true);
  }

  /** Without metering, only what the engine needs is changed. */
  static MeteredModule meter(byte[] source, int maxFunctions, boolean metering) {
    return new ModuleMeter(source, maxFunctions, metering).run();
  }

  private MeteredModule run() {
    header();
    BinaryReader in = new BinaryReader(source, 8, source.length);
    while (!in.atEnd()) {
      int id = in.u8();
      int length = in.u32();
      int start = in.position;
      in.skip(length);
      if (id != 0 && find(id) != null) {
        throw new ModuleRejected("the module has two sections with id " + id);
      }
      if (sections.size() == MAX_SECTIONS) {
        throw new ModuleRejected("the module has more than " + MAX_SECTIONS + " sections");
      }
      sections.add(new Section(id, start, start + length));
    }
    for (Section section : sections) {
      inspect(section);
    }
    if (needsMemory && !hasMemory) {
      throw new ModuleRejected("the module uses memory 0 but declares no memory");
    }
    return rewrite();
  }

  private void header() {
    if (source.length < 4
        || source[0] != 0
        || source[1] != 'a'
        || source[2] != 's'
        || source[3] != 'm') {
      throw new ModuleRejected("not a WebAssembly module: the first four bytes are not \\0asm");
    }
    if (source.length < 8) {
      throw new ModuleRejected("the module is truncated at byte " + source.length);
    }
    if (source[6] == 1 && source[7] == 0) {
      throw new ModuleRejected(
          "this is a WebAssembly component, not a module; build for wasm32-wasip1");
    }
    if (source[4] != 1 || source[5] != 0 || source[6] != 0 || source[7] != 0) {
      throw new ModuleRejected("unknown WebAssembly version; Selene runs version 1 modules");
    }
  }

  private BinaryReader reader(Section section) {
    return new BinaryReader(source, section.start, section.end);
  }

  private void inspect(Section section) {
    BinaryReader in = reader(section);
    switch (section.id) {
      case 1 -> types(in);
      case 2 -> imports(in);
      case 3 -> functions(in);
      case 4 -> tables(in);
      case 5 -> memories(in);
      case 6 -> in.count("globals");
      case 7 -> exports(in);
      case 9 -> in.count("element segments");
      case 11 -> data(in);
      case 13 -> {
        if (in.count("tags") > 0) {
          throw FunctionMeter.unsupported("Wasm exceptions");
        }
      }
      default -> {}
    }
  }

  private void types(BinaryReader in) {
    int count = in.count("types");
    for (int i = 0; i < count; i++) {
      if (in.u8() != 0x60) {
        throw FunctionMeter.unsupported("garbage-collected types");
      }
      types.add(new FunctionType(valueTypes(in), valueTypes(in)));
    }
  }

  private static byte[] valueTypes(BinaryReader in) {
    int count = in.count("types");
    if (count > 1000) {
      throw new ModuleRejected("a function type has " + count + " parameters or results");
    }
    int start = in.position;
    for (int i = 0; i < count; i++) {
      FunctionMeter.valueType(in.u8());
    }
    return Arrays.copyOfRange(in.bytes, start, in.position);
  }

  private void imports(BinaryReader in) {
    int count = in.count("imports");
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = in.name() + "." + in.name();
      int kind = in.u8();
      switch (kind) {
        case 0 -> importTypes.add(type(in.u32()));
        case 1 -> {
          FunctionMeter.valueType(in.u8());
          limits(in);
          refused.add("table " + name);
        }
        case 2 -> {
          limits(in);
          refused.add("memory " + name);
        }
        case 3 -> {
          FunctionMeter.valueType(in.u8());
          in.u8();
          refused.add("global " + name);
        }
        case 4 -> throw FunctionMeter.unsupported("Wasm exceptions");
        default -> throw new ModuleRejected("malformed import " + name);
      }
    }
    if (!refused.isEmpty()) {
      throw new ModuleRejected(
          "the module imports more than functions: " + String.join(", ", refused));
    }
  }

  private int type(int index) {
    if (index < 0 || index >= types.size()) {
      throw new ModuleRejected("unknown type " + Integer.toUnsignedString(index));
    }
    return index;
  }

  private void functions(BinaryReader in) {
    int count = in.count("functions");
    if (count > maxFunctions) {
      throw new ModuleRejected(
          "the module has " + count + " functions; the limit is " + maxFunctions);
    }
    functionTypes = new int[count];
    for (int i = 0; i < count; i++) {
      functionTypes[i] = type(in.u32());
    }
  }

  /** Returns the minimum. */
  private static int limits(BinaryReader in) {
    int flags = in.u8();
    if ((flags & 2) != 0) {
      throw FunctionMeter.unsupported("atomics and shared memory");
    }
    if (flags > 1) {
      throw FunctionMeter.unsupported("64-bit memory");
    }
    int minimum = in.u32();
    if (flags == 1) {
      in.u32();
    }
    return minimum;
  }

  private static void tables(BinaryReader in) {
    int count = in.count("tables");
    if (count > 100) {
      throw new ModuleRejected("the module has " + count + " tables; the limit is 100");
    }
    long entries = 0;
    for (int i = 0; i < count; i++) {
      int type = in.u8();
      FunctionMeter.valueType(type);
      entries += Integer.toUnsignedLong(limits(in));
    }
    if (entries > MAX_TABLE) {
      throw new ModuleRejected(
          "the tables have " + entries + " entries; the limit is " + MAX_TABLE);
    }
  }

  private void memories(BinaryReader in) {
    int count = in.count("memories");
    if (count > 1) {
      throw FunctionMeter.unsupported("more than one memory");
    }
    if (count == 1) {
      limits(in);
      hasMemory = true;
    }
  }

  private void exports(BinaryReader in) {
    int count = in.count("exports");
    for (int i = 0; i < count; i++) {
      in.name();
      int kind = in.u8();
      needsMemory |= kind == 2;
      int index = in.u32();
      if (kind == 0) {
        exportedFunctions.add(index);
      }
    }
  }

  private void data(BinaryReader in) {
    if (in.count("data segments") > 0 && !in.atEnd()) {
      int flags = in.u8();
      if (flags == 2) {
        throw FunctionMeter.unsupported("more than one memory");
      }
      needsMemory |= flags == 0;
    }
  }

  private @Nullable Section find(int id) {
    for (Section section : sections) {
      if (section.id == id) {
        return section;
      }
    }
    return null;
  }

  private MeteredModule rewrite() {
    Section code = find(10);
    BinaryReader in = code == null ? new BinaryReader(source, 0, 0) : reader(code);
    int bodies = code == null ? 0 : in.count("function bodies");
    if (bodies != functionTypes.length) {
      throw new ModuleRejected(
          functionTypes.length + " functions are declared but " + bodies + " have a body");
    }
    int[] starts = new int[bodies];
    int[] ends = new int[bodies];
    int[] locals = new int[bodies];
    int[] instructions = new int[bodies];
    int[] frames = new int[bodies];
    FunctionFacts[] facts = new FunctionFacts[bodies];
    Set<Integer> prefixes = new HashSet<>();
    int imported = importTypes.size();
    ReferencedFunctions references = references(imported, bodies);
    for (int i = 0; i < bodies; i++) {
      int size = in.count("bytes of a function body");
      starts[i] = in.position;
      ends[i] = in.position + size;
      in.skip(size);
      BinaryReader body = new BinaryReader(source, starts[i], ends[i]);
      locals[i] = locals(body);
      instructions[i] = body.position;
      frames[i] = CostModel.frameBytes(types.get(functionTypes[i]).parameters.length + locals[i]);
      FunctionMeter first = new FunctionMeter(body, imported, null, null, prefixes);
      first.decode();
      needsMemory |= first.usesMemory();
      facts[i] = first.facts();
      for (int function : facts[i].references.toArray()) {
        references.add(function);
      }
    }
    if (needsMemory && !hasMemory) {
      throw new ModuleRejected("the module uses memory 0 but declares no memory");
    }
    int prefix = FIRST_PREFIX;
    while (prefixes.contains(prefix)) {
      prefix++;
    }
    CallGraph graph = graph(facts, frames, references.referenced());
    List<byte[]> written = new ArrayList<>(bodies);
    for (int i = 0; i < bodies; i++) {
      BinaryReader body = new BinaryReader(source, instructions[i], ends[i]);
      FunctionMeter second =
          new FunctionMeter(
              body,
              imported,
              graph,
              locals[i] == 0 ? null : tailCallsOf(imported + i, bodies),
              prefixes);
      second.decode();
      BinaryWriter out = new BinaryWriter((ends[i] - starts[i]) * 5 / 4 + 16);
      out.bytes(source, starts[i], instructions[i]);
      second.write(
          out,
          instructions[i],
          prefix,
          graph.counted().get(i) ? frames[i] : 0,
          metering && !graph.leaves().get(i));
      written.add(out.toByteArray());
    }
    for (int i = 0; i < thunks.size(); i++) {
      written.add(thunkBody(thunks.get(i), prefix, CostModel.frameBytes(thunks.get(i).slots)));
      graph.counted().set(bodies + i);
    }
    int[] reserves = new int[bodies];
    for (int i = 0; i < bodies; i++) {
      reserves[i] = graph.reserve(i);
    }
    return new MeteredModule(
        assemble(written),
        prefix,
        imported,
        bodies + thunks.size(),
        graph.leaves(),
        graph.counted(),
        reserves,
        !metering);
  }

  private ReferencedFunctions references(int imported, int bodies) {
    ReferencedFunctions references = new ReferencedFunctions(imported, bodies);
    Section globals = find(6);
    if (globals != null) {
      references.globals(reader(globals));
    }
    Section elements = find(9);
    if (elements != null) {
      references.elements(reader(elements));
    }
    for (int function : exportedFunctions) {
      int own = function - imported;
      if (own >= 0 && own < bodies && takesReferences(types.get(functionTypes[own]))) {
        // whoever calls it chooses the function
        references.all();
      }
    }
    return references;
  }

  private static boolean takesReferences(FunctionType type) {
    for (byte parameter : type.parameters) {
      if (parameter == FUNCTION_REFERENCE) {
        return true;
      }
    }
    return false;
  }

  private CallGraph graph(FunctionFacts[] facts, int[] frames, BitSet referenced) {
    Map<String, Integer> signatures = new HashMap<>();
    int[] typeSignatures = new int[types.size()];
    for (int i = 0; i < typeSignatures.length; i++) {
      String text =
          Arrays.toString(types.get(i).parameters) + Arrays.toString(types.get(i).results);
      typeSignatures[i] = signatures.computeIfAbsent(text, unused -> signatures.size());
    }
    int[] functionSignatures = new int[functionTypes.length];
    for (int i = 0; i < functionSignatures.length; i++) {
      functionSignatures[i] = typeSignatures[functionTypes[i]];
    }
    return new CallGraph(
        facts, frames, functionSignatures, typeSignatures, signatures.size(), referenced);
  }

  /** Reads the declarations and returns their number. */
  private static int locals(BinaryReader body) {
    int groups = body.count("local declarations");
    long locals = 0;
    for (int i = 0; i < groups; i++) {
      locals += Integer.toUnsignedLong(body.u32());
      FunctionMeter.valueType(body.u8());
      if (locals > MAX_LOCALS) {
        throw new ModuleRejected("a function has more than " + MAX_LOCALS + " locals");
      }
    }
    return (int) locals;
  }

  private FunctionMeter.TailCalls tailCallsOf(int function, int bodies) {
    int imported = importTypes.size();
    return new FunctionMeter.TailCalls() {
      @Override
      public int direct(int target) {
        if (target != function) {
          return -1;
        }
        int type = functionTypes[target - imported];
        int slots = types.get(type).parameters.length;
        return thunk(bodies, "d" + target, new Thunk(type, slots, false, target, 0));
      }

      @Override
      public int indirect(int type, int table) {
        FunctionType target = types.get(type(type));
        String key = "i" + type + "," + table;
        if (!thunkIndexes.containsKey(key)) {
          byte[] parameters = Arrays.copyOf(target.parameters, target.parameters.length + 1);
          parameters[target.parameters.length] = 0x7F;
          addedTypes.add(new FunctionType(parameters, target.results));
        }
        return thunk(
            bodies,
            key,
            new Thunk(
                types.size() + addedTypes.size() - 1,
                target.parameters.length + 1,
                true,
                type,
                table));
      }
    };
  }

  private int thunk(int bodies, String key, Thunk thunk) {
    return thunkIndexes.computeIfAbsent(
        key,
        unused -> {
          thunks.add(thunk);
          return importTypes.size() + bodies + thunks.size() - 1;
        });
  }

  private byte[] thunkBody(Thunk thunk, int prefix, int frame) {
    BinaryWriter out = new BinaryWriter(64);
    out.u32(0);
    if (metering) {
      out.marker(Marker.of(prefix, Marker.ENTRY, frame));
      out.marker(Marker.of(prefix, Marker.CHARGE_AND_POLL, 1));
    }
    for (int i = 0; i < thunk.slots; i++) {
      out.u8(0x20);
      out.u32(i);
    }
    out.u8(thunk.indirect ? 0x13 : 0x12);
    out.u32(thunk.target);
    if (thunk.indirect) {
      out.u32(thunk.table);
    }
    out.u8(0x0B);
    return out.toByteArray();
  }

  private byte[] assemble(List<byte[]> bodies) {
    BinaryWriter out = new BinaryWriter(source.length * 5 / 4 + 64);
    out.bytes(source, 0, 8);
    boolean memoryWritten = hasMemory;
    for (Section section : sections) {
      boolean afterMemory = section.id >= 6 && section.id <= 12;
      if (!memoryWritten && afterMemory) {
        out.section(5, new byte[] {1, 1, 0, 0});
        memoryWritten = true;
      }
      if (section.id == 5 && !hasMemory) {
        continue;
      }
      switch (section.id) {
        case 1 -> out.section(1, typeSection(section));
        case 3 -> out.section(3, functionSection());
        case 10 -> out.section(10, codeSection(bodies));
        default -> out.section(section.id, Arrays.copyOfRange(source, section.start, section.end));
      }
    }
    if (!memoryWritten) {
      out.section(5, new byte[] {1, 1, 0, 0});
    }
    return out.toByteArray();
  }

  private byte[] typeSection(Section section) {
    BinaryReader in = reader(section);
    int count = in.count("types");
    BinaryWriter out = new BinaryWriter(section.end - section.start + 64);
    out.u32(count + addedTypes.size());
    out.bytes(source, in.position, section.end);
    for (FunctionType type : addedTypes) {
      out.u8(0x60);
      out.u32(type.parameters.length);
      out.bytes(type.parameters, 0, type.parameters.length);
      out.u32(type.results.length);
      out.bytes(type.results, 0, type.results.length);
    }
    return out.toByteArray();
  }

  private byte[] functionSection() {
    BinaryWriter out = new BinaryWriter(functionTypes.length * 2 + 16);
    out.u32(functionTypes.length + thunks.size());
    for (int type : functionTypes) {
      out.u32(type);
    }
    for (Thunk thunk : thunks) {
      out.u32(thunk.type);
    }
    return out.toByteArray();
  }

  private static byte[] codeSection(List<byte[]> bodies) {
    int size = 16;
    for (byte[] body : bodies) {
      size += body.length + 5;
    }
    BinaryWriter out = new BinaryWriter(size);
    out.u32(bodies.size());
    for (byte[] body : bodies) {
      out.u32(body.length);
      out.bytes(body, 0, body.length);
    }
    return out.toByteArray();
  }
}
