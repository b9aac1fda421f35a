%% What the guest `bench` measures, for Erlang: the same commands, the same lines of JSON.
-module(bench).
-export([main/1]).

main([Command | Numbers]) ->
    run(Command, [list_to_integer(N) || N <- Numbers]),
    halt(0).

run("spawn", Numbers) -> spawn_sequential(number(Numbers, 20000));
run("spawn-many", Numbers) -> spawn_many(number(Numbers, 10000));
run("pingpong", Numbers) -> ping_pong(number(Numbers, 20000));
run("ring", Numbers) -> ring(number(Numbers, 1000), 20);
run("fan-in", Numbers) -> fan_in(number(Numbers, 200000));
run("skynet", Numbers) -> skynet(number(Numbers, 1000000));
run("live", Numbers) -> Count = number(Numbers, 5000), live(Count, rounds(Count));
run("hello", _) -> io:format("{\"benchmark\":\"hello\"}~n");
run(Other, _) -> io:format(standard_error, "unknown command ~s~n", [Other]), halt(2).

number([], Default) -> Default;
number([Number | _], _) -> Number.

%% Nanoseconds for one of its `Per' units, after some warm-up.
repeat(Warmups, Repeats, Per, Batch) ->
    [Batch() || _ <- lists:seq(1, Warmups)],
    [begin
         Begin = erlang:monotonic_time(nanosecond),
         Batch(),
         (erlang:monotonic_time(nanosecond) - Begin) / Per
     end || _ <- lists:seq(1, Repeats)].

%% The first time, and so many values after five seconds of warm-up, as in the guest.
repeat_warm(Repeats, Per, Batch) ->
    End = erlang:monotonic_time(nanosecond) + 5000000000,
    [First] = repeat(0, 1, Per, Batch),
    warm_up(End, Batch),
    {First, repeat(0, Repeats, Per, Batch)}.

warm_up(End, Batch) ->
    case erlang:monotonic_time(nanosecond) < End of
        true -> Batch(), warm_up(End, Batch);
        false -> ok
    end.

print_warm(Benchmark, Unit, Count, {First, Values}) ->
    io:format("{~s,\"first\":~.1f}~n", [line(Benchmark, Unit, Count, Values), float(First)]).

print(Benchmark, Unit, Count, Values) ->
    io:format("{~s}~n", [line(Benchmark, Unit, Count, Values)]).

line(Benchmark, Unit, Count, Values) ->
    Sorted = lists:sort(Values),
    io_lib:format("\"benchmark\":\"~s\",\"unit\":\"~s\",\"count\":~b,\"median\":~.1f,"
                  "\"min\":~.1f,\"max\":~.1f,\"repeats\":~b",
                  [Benchmark, Unit, Count, float(median(Sorted)), float(hd(Sorted)),
                   float(lists:last(Sorted)), length(Sorted)]).

median(Values) -> lists:nth(length(Values) div 2 + 1, lists:sort(Values)).

%% The parent comes as the first message, as in the guest.
child() -> receive {parent, Parent} -> Parent ! 1 end.

start_child() -> spawn(fun child/0) ! {parent, self()}.

spawn_sequential(Count) ->
    Batch = fun() -> times(Count, fun() -> start_child(), receive 1 -> ok end end) end,
    print_warm("spawn", "ns/process", Count, repeat_warm(11, Count, Batch)).

spawn_many(Count) ->
    Batch = fun() ->
        times(Count, fun start_child/0),
        times(Count, fun() -> receive 1 -> ok end end)
    end,
    print_warm("spawn-many", "ns/process", Count, repeat_warm(11, Count, Batch)).

times(0, _) -> ok;
times(N, Fun) -> Fun(), times(N - 1, Fun).

forward(Next) ->
    receive
        stop -> Next ! stop;
        Number -> Next ! Number, forward(Next)
    end.

ping_pong(Count) ->
    Self = self(),
    Peer = spawn(fun() -> forward(Self) end),
    Batch = fun() -> exchange(Peer, Count) end,
    print_warm("pingpong", "ns/round trip", Count, repeat_warm(15, Count, Batch)).

exchange(_, 0) -> ok;
exchange(Peer, Number) -> Peer ! Number, receive Number -> ok end, exchange(Peer, Number - 1).

ring(Processes, Rounds) ->
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> forward(Next) end) end,
                        self(), lists:seq(1, Processes)),
    Batch = fun() -> exchange(First, Rounds) end,
    print_warm("ring", "ns/hop", Processes, repeat_warm(15, (Processes + 1) * Rounds, Batch)).

fan_in(Count) ->
    Self = self(),
    Sender = spawn(fun() -> flood(Self, Count) end),
    Values = [begin
                  Sender ! go,
                  Begin = erlang:monotonic_time(nanosecond),
                  take(1, Count),
                  (erlang:monotonic_time(nanosecond) - Begin) / Count
              end || _ <- lists:seq(1, 9)],
    print("fan-in", "ns/message", Count, lists:nthtail(3, Values)).

flood(Target, Count) ->
    receive go -> send(Target, 1, Count), flood(Target, Count) end.

send(_, Number, Count) when Number > Count -> ok;
send(Target, Number, Count) -> Target ! Number, send(Target, Number + 1, Count).

take(Number, Count) when Number > Count -> ok;
take(Number, Count) -> receive Number -> take(Number + 1, Count) end.

skynet(Leaves) ->
    Batch = fun() ->
        node(self(), 0, Leaves),
        Expected = Leaves * (Leaves - 1) div 2,
        receive Sum -> Expected = Sum end
    end,
    print("skynet", "ns", Leaves, repeat(1, 3, 1, Batch)).

node(Parent, Number, 1) -> Parent ! Number;
node(Parent, Number, Size) ->
    Self = self(),
    Part = Size div 10,
    [spawn(fun() -> node(Self, Number + I * Part, Part) end) || I <- lists:seq(0, 9)],
    Parent ! sum(10, 0).

sum(0, Sum) -> Sum;
sum(N, Sum) -> receive Value -> sum(N - 1, Sum + Value) end.

rounds(Count) when Count > 200000 -> 2;
rounds(_) -> 5.

%% A line when all live, then a line from standard input wakes them; so often more for the medians.
live(Count, Rounds) ->
    io:format("{\"benchmark\":\"live-begin\"}~n"),
    io:get_line(""),
    {First, FirstWake} = crowd(Count, fun() ->
        io:format("{\"benchmark\":\"live-ready\",\"count\":~b}~n", [Count]),
        io:get_line("")
    end),
    {Spawned, Woken} = lists:unzip([crowd(Count, fun() -> ok end) || _ <- lists:seq(1, Rounds)]),
    io:format("{\"benchmark\":\"live\",\"unit\":\"ns/process\",\"count\":~b,\"median\":~.1f,"
              "\"wake\":~.1f,\"first\":~.1f,\"first wake\":~.1f,\"repeats\":~b}~n",
              [Count, float(median(Spawned)), float(median(Woken)), float(First),
               float(FirstWake), Rounds]).

crowd(Count, WhenAllLive) ->
    Self = self(),
    Begin = erlang:monotonic_time(nanosecond),
    Sleepers = [begin
                    Sleeper = spawn(fun() -> receive {parent, P} -> receive V -> P ! V end end end),
                    Sleeper ! {parent, Self},
                    Sleeper
                end || _ <- lists:seq(1, Count)],
    Spawned = (erlang:monotonic_time(nanosecond) - Begin) / Count,
    timer:sleep(500),
    WhenAllLive(),
    Wake = erlang:monotonic_time(nanosecond),
    lists:foldl(fun(Sleeper, Index) -> Sleeper ! Index, Index + 1 end, 0, Sleepers),
    Sum = sum(Count, 0),
    Sum = Count * (Count - 1) div 2,
    {Spawned, (erlang:monotonic_time(nanosecond) - Wake) / Count}.
