package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code web-api}, asked by Java's own client and by curl. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class WebApiExampleTest {
  private static final String NO_LIMIT = "1e9";

  @TempDir static Path folder;
  private static GuestProgram shared;

  /** The one that a test asks. */
  private GuestProgram server;

  private String base;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static GuestProgram start(int workers, String perSecond, String burst)
      throws IOException {
    return GuestProgram.startExample(
        folder, "web-api", "127.0.0.1:0", Integer.toString(workers), perSecond, burst);
  }

  @BeforeAll
  static void startShared() throws IOException {
    shared = start(2, NO_LIMIT, NO_LIMIT);
  }

  @AfterAll
  static void stopShared() {
    if (shared != null) {
      shared.close();
    }
  }

  @BeforeEach
  void useShared() throws InterruptedException {
    use(shared);
  }

  private void use(GuestProgram program) throws InterruptedException {
    server = program;
    base = "http://127.0.0.1:" + program.address().getPort();
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).build();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> getLater(String path) {
    return client.sendAsync(request(path), HttpResponse.BodyHandlers.ofString());
  }

  private void expect(int status, String body, String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertEquals(body, response.body(), path);
    assertEquals(status, response.statusCode(), path);
  }

  @Test
  void crashes_areOneClientsProblem_andTheWorkersComeBack() throws Exception {
    expect(200, "168", "/primes/1000");
    expect(404, "there is /primes/N, /crash, /spin and /workers", "/nothing");
    expect(400, "-1: invalid digit found in string", "/primes/-1");

    // Crashes and other requests at the same time: each client gets its own answer.
    List<CompletableFuture<HttpResponse<String>>> crashes = new ArrayList<>();
    List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      crashes.add(getLater("/crash"));
      others.add(getLater("/primes/1000"));
    }
    for (CompletableFuture<HttpResponse<String>> crash : crashes) {
      assertEquals(500, crash.get().statusCode());
      assertTrue(crash.get().body().contains("the request wanted it"), crash.get().body());
    }
    for (CompletableFuture<HttpResponse<String>> other : others) {
      assertEquals(200, other.get().statusCode(), other.get().body());
      assertEquals("168", other.get().body());
    }

    // All workers busy for ever: killed after a while, and the next request is served.
    CompletableFuture<HttpResponse<String>> first = getLater("/spin");
    CompletableFuture<HttpResponse<String>> second = getLater("/spin");
    assertEquals(504, first.get().statusCode(), first.get().body());
    assertEquals(504, second.get().statusCode(), second.get().body());
    expect(200, "168", "/primes/1000");
    // Each crash and each kill, once; the last one may still be on its way to the supervisor.
    int restarts = restarts();
    while (restarts < 22) {
      restarts = restarts();
    }
    assertEquals(22, restarts);
  }

  private int restarts() throws Exception {
    return get("/workers")
        .body()
        .lines()
        .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  @Test
  void whatIsTooMuch_isSaidAtOnce() throws Exception {
    try (GuestProgram limited = start(1, "0.0001", "130")) {
      use(limited);
      expectFullQueue();
      expectRateOfEachClient();
    }
  }

  private void expectFullQueue() throws Exception {
    BlockingQueue<HttpResponse<String>> responses = new LinkedBlockingQueue<>();
    // One at work, 100 that wait; a place becomes free each two seconds.
    for (int i = 0; i < 120; i++) {
      CompletableFuture<Void> unused = getLater("/spin").thenAccept(responses::add);
    }
    HttpResponse<String> response = responses.take();
    for (int i = 0; i < 10 && response.statusCode() == 504; i++) {
      response = responses.take();
    }
    assertEquals(503, response.statusCode());
    assertEquals("all workers are busy", response.body());
    assertTrue(response.headers().firstValue("Retry-After").isPresent());
  }

  private void expectRateOfEachClient() throws Exception {
    try (HttpClient eager = from("127.0.0.2");
        HttpClient other = from("127.0.0.3")) {
      HttpRequest workers = request("/workers");
      HttpResponse.BodyHandler<String> body = HttpResponse.BodyHandlers.ofString();
      for (int i = 0; i < 130; i++) {
        assertEquals(200, eager.send(workers, body).statusCode());
      }
      HttpResponse<String> refused = eager.send(workers, body);
      assertEquals(429, refused.statusCode());
      long wait = Long.parseLong(refused.headers().firstValue("Retry-After").orElseThrow());
      assertTrue(wait > 9_000 && wait <= 10_000, "wait " + wait);
      assertEquals(200, other.send(workers, body).statusCode());
      assertEquals(429, eager.send(workers, body).statusCode());
    }
  }

  /** A client with an address of its own. */
  private static HttpClient from(String address) throws IOException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .localAddress(InetAddress.getByName(address))
        .build();
  }

  @Test
  void connections_areKept_andWhatIsNoRequestEndsThem() throws Exception {
    try (Socket socket = server.connect()) {
      String next = "GET /primes/10 HTTP/1.1\r\nHost: x\r\n\r\n";
      String last = "GET /primes/100 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write((next + next + last).getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertEquals(3, all.split("HTTP/1.1 200 OK", -1).length - 1, all);
      assertTrue(all.endsWith("\r\n\r\n25"), all);
    }
    for (String text :
        List.of("nonsense\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n")) {
      assertTrue(raw(text).startsWith("HTTP/1.1 4"), text);
    }
    assertTrue(raw("GET /" + "x".repeat(9000)).startsWith("HTTP/1.1 431 "));
    Tool curl = Tool.run(folder, "", "curl", "-s", base + "/primes/10", base + "/primes/100");
    assertEquals(new Tool(0, "425"), curl);
  }

  private String raw(String text) throws IOException, InterruptedException {
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes(13);
      return new String(head, StandardCharsets.US_ASCII);
    }
  }
}
