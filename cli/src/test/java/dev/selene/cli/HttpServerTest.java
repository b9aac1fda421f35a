package dev.selene.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guest {@code http-server}, on the unmodified crate {@code submillisecond}. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HttpServerTest {
  @TempDir static Path folder;
  private static GuestProgram server;
  private static InetSocketAddress address;
  private static HttpClient client;

  /** The framework does not tell its port, so the test chooses one that is free now. */
  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress("127.0.0.1", free.getLocalPort());
    }
    server = GuestProgram.start(folder, "http-server", "127.0.0.1:" + address.getPort());
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    awaitPort();
  }

  private static void awaitPort() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      try (Socket socket = GuestProgram.connect(address)) {
        assertTrue(socket.isConnected());
        return;
      } catch (IOException e) {
        assertTrue(server.isAlive() && System.nanoTime() < end, server.output());
        Thread.onSpinWait();
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    client.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void routes_answer() throws Exception {
    assertEquals("Hello, world!\n", get("/").body());
    assertEquals("Hello, Selene!\n", get("/hello/Selene").body());
    assertEquals(200, get("/").statusCode());
    assertEquals(404, get("/nowhere").statusCode());
  }

  @Test
  void json_isReadAndWritten() throws Exception {
    HttpRequest sum =
        request("/sum")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"numbers\":[1,2,-10]}"))
            .build();
    HttpResponse<String> answer = client.send(sum, HttpResponse.BodyHandlers.ofString());
    assertEquals("{\"count\":3,\"sum\":-7}", answer.body());
    assertEquals("application/json", answer.headers().firstValue("content-type").orElseThrow());
    HttpRequest broken =
        request("/sum")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"numbers\":["))
            .build();
    assertEquals(400, client.send(broken, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  @Test
  void bodies_ofMegabytes_areExact() throws Exception {
    byte[] sent = new byte[3_000_000];
    new Random(5).nextBytes(sent);
    HttpRequest echo = request("/echo").POST(HttpRequest.BodyPublishers.ofByteArray(sent)).build();
    assertArrayEquals(sent, client.send(echo, HttpResponse.BodyHandlers.ofByteArray()).body());
    String letters = get("/letters/2000000").body();
    assertEquals("abcdefghijklmnopqrstuvwxyz".repeat(80_000).substring(0, 2_000_000), letters);
  }

  @Test
  void handlerThatPanics_isStatus500_andNothingElse() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals(500, get("/panic").statusCode());
    }
    assertEquals(200, get("/").statusCode());
  }

  @Test
  void requests_atOnce_areAllAnswered() {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(
          client.sendAsync(request("/hello/n" + i).build(), HttpResponse.BodyHandlers.ofString()));
    }
    for (int i = 0; i < 200; i++) {
      assertEquals("Hello, n" + i + "!\n", answers.get(i).join().body());
    }
  }

  @Test
  void requests_inOnePiece_areAnsweredInOrder() throws Exception {
    try (Socket socket = GuestProgram.connect(address)) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 10; i++) {
        text.append("GET /hello/p").append(i).append(" HTTP/1.1\r\nhost: x\r\n\r\n");
      }
      socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      int at = 0;
      for (int i = 0; i < 10; i++) {
        at = all.indexOf("Hello, p" + i + "!\n", at);
        assertTrue(at >= 0, all);
      }
    }
  }

  @Test
  void nonsense_isRefused_andTheServerGoesOn() throws Exception {
    try (Socket socket = GuestProgram.connect(address)) {
      socket.getOutputStream().write("\0\1\2 nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 500"), answer);
    }
    assertEquals(200, get("/").statusCode());
  }

  @Test
  void curl_getsItsAnswers() throws Exception {
    String url = "http://127.0.0.1:" + address.getPort();
    Tool hello = Tool.run(folder, "", "curl", "-sS", url + "/hello/curl");
    assertEquals("Hello, curl!\n", hello.output());
    Tool echo =
        Tool.run(folder, "", "curl", "-sS", "--data-binary", "over curl", url + "/echo", url + "/");
    assertEquals(0, echo.exitCode(), echo.output());
    assertTrue(echo.output().startsWith("over curl"), echo.output());
  }
}
