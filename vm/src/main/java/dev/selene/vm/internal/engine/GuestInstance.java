package dev.selene.vm.internal.engine;

import dev.selene.host.ProcessExit;
import dev.selene.host.TrapKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.wasm.types.Element;

/**
 * The instance of one process.
 *
 * <p>Thread-safety: the thread of the process only, {@link #release} included.
 */
public final class GuestInstance {
  private final EngineModule module;
  private final PagedMemory memory;
  private final GuestTable[] tables;
  private final Instance instance;
  private final GuestMachine machine;
  private int active;
  private boolean trapped;

  /** In Endive's way; to be initialised. */
  private GuestInstance(EngineModule module, PagedMemory memory) {
    this.module = module;
    this.memory = memory;
    GuestMachine[] made = new GuestMachine[1];
    List<GuestTable> madeTables = new ArrayList<>();
    this.instance =
        Instance.builder(module.wasm())
            .withInitialize(false)
            .withStart(false)
            .withImportValues(module.importValues())
            .withMemoryFactory(limits -> memory)
            .withTableFactory(
                (declared, initial) -> {
                  GuestTable table = new GuestTable(declared, initial, memory);
                  madeTables.add(table);
                  return table;
                })
            .withMachineFactory(owner -> made[0] = new GuestMachine(module, owner))
            .withUnsafeExecutionListener(
                (instruction, stack) -> made[0].onExecution(instruction, stack))
            .build();
    this.machine = made[0];
    this.tables = madeTables.toArray(GuestTable[]::new);
  }

  /** From the first one; finished. */
  private GuestInstance(EngineModule module, PagedMemory memory, InstanceTemplate template) {
    this.module = module;
    this.memory = memory;
    this.tables = template.tables(memory);
    this.instance = template.make(memory, memory.finish(), tables);
    this.machine = new GuestMachine(module, instance);
    InstanceTemplate.complete(instance, machine);
  }

  static GuestInstance create(EngineModule module, MemoryOwner owner, int maximumPages)
      throws InstantiationFailed {
    PagedMemory memory = new PagedMemory(module, maximumPages, owner);
    InstanceTemplate template = module.template();
    if (template != null) {
      return new GuestInstance(module, memory, template);
    }
    @Nullable GuestInstance made = null;
    try {
      made = new GuestInstance(module, memory);
      made.active++;
      made.instance.initialize(false);
      made.active--;
      if (!module.rememberFirst(made.initialState())) {
        InitialState state = module.initialState();
        module.makeFurtherOnes(InstanceTemplate.of(module, made.instance, made.tables, state));
      }
      return made;
    } catch (ProcessExit | HostFunctionFailed e) {
      giveBack(memory, made);
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      giveBack(memory, made);
      Throwable cause = e.getCause() instanceof GuestTrap ? e.getCause() : e;
      RuntimeException trap =
          Traps.translate(cause, module, made == null ? null : made.machine.calls());
      throw new InstantiationFailed(String.valueOf(trap.getMessage()), trap);
    }
  }

  private static void giveBack(PagedMemory memory, @Nullable GuestInstance made) {
    memory.clear();
    if (made != null) {
      for (GuestTable table : made.tables) {
        table.giveBack(memory.owner());
      }
    }
  }

  void assign(MemoryOwner owner) {
    memory.assign(owner);
    trapped = false;
  }

  /**
   * The linear memory.
   *
   * @return empty when the module declares none
   */
  public PagedMemory memory() {
    return memory;
  }

  /**
   * Calls an exported function.
   *
   * @param export its name
   * @param arguments each an i32, i64, or the bits of an f32 or f64
   * @return the results in the same form
   * @throws GuestTrap when the guest traps
   * @throws ProcessExit when the process ends
   * @throws HostFunctionFailed when a host function has a bug
   */
  public long[] call(String export, long... arguments) {
    Integer index = module.exportIndex(export);
    ExportSignature signature = module.exportSignature(export);
    if (index == null || signature == null) {
      throw new GuestTrap(
          TrapKind.BAD_ENTRY, "the module exports no function called " + export, List.of());
    }
    if (signature.parameters().size() != arguments.length) {
      throw new GuestTrap(
          TrapKind.BAD_ENTRY,
          "function "
              + export
              + " takes "
              + signature.parameters().size()
              + " parameters, not "
              + arguments.length,
          List.of());
    }
    return call(index, arguments);
  }

  private long[] call(int function, long[] arguments) {
    GuestMachine.State before = machine.save();
    active++;
    try {
      if (!memory.enter(CostModel.ENTRY_BYTES + module.metered().reserve(function))) {
        throw memory.overflow();
      }
      long[] results = machine.call(function, arguments);
      memory.depth(before.depth());
      return results == null ? new long[0] : results;
    } catch (Throwable e) {
      trapped = true;
      RuntimeException translated = Traps.translate(e, module, machine.calls());
      machine.restore(before);
      throw Traps.explained(translated, memory.takeRecentRefusal());
    } finally {
      active--;
    }
  }

  /**
   * Like {@link #call}, for {@code trap::catch}: on any throwable, operand stack, call stack, depth
   * and tail-call state are as before when it arrives here.
   *
   * @param export a function of i32 with an i32 result
   * @param arguments passed on
   * @return what it returned
   */
  public int callGuarded(String export, long... arguments) {
    long[] results = call(export, arguments);
    if (results.length != 1) {
      throw new GuestTrap(
          TrapKind.BAD_ENTRY, "function " + export + " must have one result", List.of());
    }
    return (int) results[0];
  }

  /**
   * Calls an exported function like {@link #call(String, long...)}; when it fails, the stack
   * pointer that the guest's compiler keeps in a global is put back, too, as far as the module
   * names it. Without that, each caught trap would leave a piece of the guest's stack unused.
   *
   * @param export a function of two i32
   * @param first passed on
   * @param second passed on
   */
  public void callRestoring(String export, int first, int second) {
    int global = module.stackPointer();
    long stackPointer = global < 0 ? 0 : instance.global(global).getValueLow();
    boolean returned = false;
    try {
      call(export, first, second);
      returned = true;
    } finally {
      if (!returned && global >= 0) {
        instance.global(global).setValueLow(stackPointer);
      }
    }
  }

  /**
   * Gives the instance up: its memory goes back to the ledger, and the instance into the pool after
   * a complete reset, or away. Only the owner may call it, once.
   */
  public void release() {
    boolean grown = false;
    for (GuestTable table : tables) {
      grown |= table.hasGrown();
      table.giveBack(memory.owner());
    }
    memory.clear();
    if (grown || active > 0 || trapped && machine.hasInterpreted() || !module.pools()) {
      return;
    }
    reset();
    module.recycle(this);
  }

  /** Back to what {@code initialize} leaves, without computing it again. */
  private void reset() {
    InitialState initial = module.initialState();
    Element[] elements = module.elements();
    for (int i = 0; i < elements.length; i++) {
      instance.setElement(i, elements[i]);
    }
    for (int i = 0; i < tables.length; i++) {
      tables[i].restore(initial.tables()[i]);
    }
    for (int i = 0; i < initial.globals().length; i++) {
      GlobalInstance global = instance.global(i);
      global.setValueLow(initial.globals()[i]);
      global.setRefValue(initial.globalReferences()[i]);
    }
    if (instance.isTailCallPending()) {
      instance.clearTailCall();
    }
    memory.restoreSegments();
  }

  private InitialState initialState() {
    int count = instance.globalCount();
    long[] globals = new long[count];
    @Nullable Object[] references = new @Nullable Object[count];
    for (int i = 0; i < count; i++) {
      globals[i] = instance.global(i).getValueLow();
      references[i] = instance.global(i).getRefValue();
    }
    return new InitialState(
        globals, references, Arrays.stream(tables).map(GuestTable::snapshot).toArray(int[][]::new));
  }

  /**
   * What a reset restores besides memory, segments and elements; the same for all instances, since
   * initialisers are constants.
   */
  record InitialState(long[] globals, @Nullable Object[] globalReferences, int[][] tables) {}
}
