package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code web-api}, asked by Java's own client and by curl. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class WebApiExampleTest {
  private static final String NO_LIMIT = "1e9";

  @TempDir Path folder;
  private GuestProgram server;
  private String base;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private void start(int workers, String perSecond, String burst) throws Exception {
    server =
        GuestProgram.startExample(
            folder, "web-api", "127.0.0.1:0", Integer.toString(workers), perSecond, burst);
    InetSocketAddress address = server.address();
    base = "http://127.0.0.1:" + address.getPort();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
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
    start(2, NO_LIMIT, NO_LIMIT);
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
    int restarts =
        get("/workers")
            .body()
            .lines()
            .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(' ') + 1)))
            .sum();
    assertEquals(22, restarts);
  }

  @Test
  void queueThatIsFull_isSaidAtOnce() throws Exception {
    start(1, NO_LIMIT, NO_LIMIT);
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

  @Test
  void rate_isEachClientsOwn() throws Exception {
    start(2, "0.0001", "5");
    for (int i = 0; i < 5; i++) {
      expect(200, "4", "/primes/10");
    }
    HttpResponse<String> refused = get("/primes/10");
    assertEquals(429, refused.statusCode());
    long wait = Long.parseLong(refused.headers().firstValue("Retry-After").orElseThrow());
    assertTrue(wait > 9_000 && wait <= 10_000, "wait " + wait);
    try (HttpClient other =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .localAddress(InetAddress.getByName("127.0.0.2"))
            .build()) {
      HttpResponse<String> served =
          other.send(request("/primes/10"), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, served.statusCode(), served.body());
    }
    assertEquals(429, get("/primes/10").statusCode());
  }

  @Test
  void connections_areKept_andWhatIsNoRequestEndsThem() throws Exception {
    start(1, NO_LIMIT, NO_LIMIT);
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
