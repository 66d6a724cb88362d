package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RecordingTest {
    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeGateway real = FakeGateway.start();
    private final FakeGateway gateway = FakeGateway.start();

    @AfterEach
    void close() {
        gateway.close();
        real.close();
    }

    private Recording recording() {
        return Recording.of(folder);
    }

    private void record() {
        record(recording());
    }

    private void record(Recording recording) {
        gateway.otherwise(recording.record(real.uri().toString()));
    }

    private void replay() {
        gateway.reset();
        real.reset();
        gateway.otherwise(recording().replay());
    }

    private HttpResponse<String> get(String path, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri().resolve(path));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(gateway.uri().resolve(path))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(request);
            return raw.readAll();
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private String only() throws IOException {
        assertThat(files()).hasSize(1);
        return Files.readString(folder.resolve(files().get(0)));
    }

    @Test
    void whatWasRecordedIsReplayedWithoutTheUpstream() throws Exception {
        real.on("GET /users/7").answers(Answer.json("{\"name\": \"Anna\"}").header("ETag", "\"1\""));
        record();
        assertThat(get("/users/7").body()).isEqualTo("{\"name\": \"Anna\"}");
        replay();
        HttpResponse<String> replayed = get("/users/7");
        assertThat(replayed.body()).isEqualTo("{\"name\": \"Anna\"}");
        assertThat(replayed.headers().firstValue("ETag")).hasValue("\"1\"");
        assertThat(replayed.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(real.received()).isEmpty();
    }

    @Test
    void aFileIsReadableAndOfNoMoment() throws Exception {
        real.on("/users")
                .answersBy(request -> Answer.of(201, "Anna\nBob\n")
                        .header("Date", "Sun, 29 Nov 2026 23:00:00 GMT")
                        .header("Location", real.uri().resolve("/users/7").toString()));
        record();
        post("/users?notify=true", "{\"name\":\n\t\"Anna\"}");
        assertThat(files()).containsExactly("POST-users-da5eaac3-1.txt");
        assertThat(only()).isEqualTo("""
                request: POST /users?notify=true
                body: text
                |{"name":
                |\t"Anna"}
                response: 201
                  Content-Type: text/plain; charset=utf-8
                  Location: /users/7
                body: text
                |Anna
                |Bob
                |
                """);
    }

    @Test
    void whatIsNoTextIsInBase64() throws Exception {
        byte[] bytes = new byte[300];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        real.on("/a").answers(Answer.ok().body(bytes));
        real.on("/b").answers("carriage\r\nreturn");
        record();
        get("/a");
        get("/b");
        assertThat(Files.readString(folder.resolve(files().get(0)))).contains("body: base64\n|AAECAwQFBgcICQ");
        replay();
        HttpResponse<byte[]> replayed =
                client.send(HttpRequest.newBuilder(gateway.uri().resolve("/a")).build(), BodyHandlers.ofByteArray());
        assertThat(replayed.body()).isEqualTo(bytes);
        assertThat(get("/b").body()).isEqualTo("carriage\r\nreturn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a\n",
                "\n",
                "\n\n",
                "|",
                "# no comment",
                "  a: b",
                "request: GET /",
                " \n  ",
                "é\u2028ü",
                "\uFEFFa"
            })
    void everyBodyComesBackAsItWas(String body) throws Exception {
        real.on("/").answersBy(request -> Answer.ok().body(request.text()));
        record();
        assertThat(post("/", body).body()).isEqualTo(body);
        replay();
        assertThat(post("/", body).body()).isEqualTo(body);
    }

    @Test
    void interimResponsesAndTrailersAreRecorded() throws Exception {
        real.on("/").answers(Answer.ok("hi").interim(103, "Link", "</a>").trailer("Checksum", "7"));
        record();
        String request = "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nX-Tenant: 9\r\nConnection: TE, close\r\n\r\n";
        String recorded = raw(request);
        assertThat(recorded).startsWith("HTTP/1.1 103 ").endsWith("Checksum: 7\r\n\r\n");
        assertThat(only()).isEqualTo("""
                request: GET /
                  X-Tenant: 9
                interim: 103
                  Link: </a>
                response: 200
                  Content-Type: text/plain; charset=utf-8
                body: text
                |hi
                trailers:
                  Checksum: 7
                """);
        replay();
        assertThat(raw(request)).isEqualTo(recorded);
    }

    @Test
    void secretsAreLeftOut() throws Exception {
        real.on("/").answers(Answer.ok("hi").header("Set-Cookie", "id=hidden").header("X-Mine", "hidden"));
        record(recording().withHidden("x-mine", "Pin"));
        get("/?a=1&token=hidden&pin=hidden", "Authorization", "hidden", "Cookie", "id=hidden", "X-Api-Key", "hidden");
        assertThat(only()).doesNotContain("hidden").startsWith("request: GET /?a=1&token=***&pin=***\nresponse: 200\n");
        gateway.reset();
        gateway.otherwise(recording().withHidden("x-mine", "Pin").replay());
        assertThat(get("/?a=1&token=other&pin=other").body()).isEqualTo("hi");
    }

    @Test
    void secretsInUrlsAreLeftOut() throws Exception {
        real.on("/login")
                .answers(Answer.redirect("/home?user=7&code=hidden?hidden#access_token=hidden&state=9")
                        .header("Content-Location", "http://a.test/login?Token=hidden")
                        .header("Link", "</2?page=2&key=hidden>; rel=\"next\", </1?key=hidden>; rel=\"prev\"")
                        .addHeader("Link", "<http://a.test/app#/2?key=hidden&page=2>; rel=\"alternate\"")
                        .header("Refresh", "5;url=/home?sig=hidden"));
        real.on("/home").answers("hi");
        record();
        get("/login", "Referer", "http://a.test/?session=hidden&page=1");
        get("/home?user=7&code=hidden?hidden");
        String login = Files.readString(folder.resolve(files().get(1)));
        assertThat(login)
                .contains("  Location: /home?user=7&code=***#access_token=***&state=9\n")
                .contains("  Content-Location: http://a.test/login?Token=***\n")
                .contains("  Link: </2?page=2&key=***>; rel=\"next\", </1?key=***>; rel=\"prev\"\n")
                .contains("  Link: <http://a.test/app#/2?key=***&page=2>; rel=\"alternate\"\n")
                .contains("  Refresh: 5;url=/home?sig=***\n")
                .contains("  Referer: http://a.test/?session=***&page=1\n");
        replay();
        String location = get("/login").headers().firstValue("Location").orElseThrow();
        assertThat(get(location.substring(0, location.indexOf('#'))).body()).isEqualTo("hi");
    }

    @ParameterizedTest
    @CsvSource({
        "https://app/#?access_token=S, https://app/#?access_token=***",
        "https://app/#!/cb?token=S&a=1, https://app/#!/cb?token=***&a=1",
        "/#/a#token=S, /#/a#token=***",
        "/#/cb?x=1#token=S, /#/cb?x=1#token=***",
        "/a?state=1?token=S, /a?state=1?token=***",
        "/a?next=/x?token=S&b=2, /a?next=/x?token=***&b=2",
        "/a?next=%2Fx%3Ftoken%3DS&b=2, /a?next=***&b=2",
        "/a?next=%2Fx%3Fpage%3D2, /a?next=%2Fx%3Fpage%3D2",
        "https://u:S@app/a, https://***@app/a",
        "https://S@app?a=b@c, https://***@app?a=b@c",
        "/a@b, /a@b",
    })
    void secretsAnywhereInAUrlAreLeftOut(String location, String shown) throws Exception {
        real.on("/").answers(Answer.of(302).header("Location", location));
        record();
        get("/");
        assertThat(only()).contains("  Location: " + shown + "\n");
    }

    @Test
    void aRecordingReplacesThatOfARequestOfWhichLessWasHidden() throws Exception {
        real.on("/a").answersBy(request -> Answer.ok(request.query()));
        real.on("/b").answers("other");
        record();
        get("/a?user=1");
        get("/a?user=2");
        get("/b");
        Recording more = recording().withHidden("user");
        record(more);
        get("/a?user=5");
        assertThat(files()).hasSize(2);
        gateway.reset();
        gateway.otherwise(more.replay());
        assertThat(get("/a?user=9").body()).isEqualTo("user=5");
    }

    @Test
    void secretsBeforeAndBehindTheAnswerAreLeftOut() throws Exception {
        real.on("/")
                .answers(Answer.ok("hi")
                        .interim(103, "Link", "</a.css?token=hidden>; rel=preload", "X-Auth-Token", "hidden")
                        .trailer("X-Auth-Token", "hidden")
                        .trailer("X-Sum", "7"));
        record();
        get("/", "TE", "trailers");
        assertThat(only())
                .doesNotContain("hidden")
                .contains("interim: 103\n  Link: </a.css?token=***>; rel=preload\n")
                .contains("trailers:\n  X-Sum: 7\n");
    }

    @Test
    void secretsInFormsAreLeftOut() throws Exception {
        real.on("POST /token")
                .answers(Answer.ok("access_token=hidden&scope=a&pin=hidden")
                        .header("Content-Type", "application/x-www-form-urlencoded"));
        record(recording().withHidden("pin"));
        assertThat(form("/token", "user=%C3%A9&pass%77ord=hidden&pin=hidden").body())
                .contains("access_token=hidden&scope=");
        assertThat(only())
                .doesNotContain("hidden")
                .contains("body: text\n|user=%C3%A9&pass%77ord=***&pin=***\n")
                .contains("body: text\n|access_token=***&scope=")
                .contains("&pin=***\n");
        gateway.reset();
        gateway.otherwise(recording().withHidden("pin").replay());
        assertThat(form("/token", "user=%C3%A9&pass%77ord=other&pin=other").body())
                .startsWith("access_token=***&scope=");
        assertThat(form("/token", "user=b&password=other").body())
                .contains("but was \"user=b&password=***\"")
                .doesNotContain("other");
        assertThatThrownBy(gateway::verifyMatched).hasMessageContaining("no recording in");
        record(recording().withShown("password"));
        form("/token", "password=seen&code=hidden");
        assertThat(Files.readString(folder.resolve(files().get(1))) + Files.readString(folder.resolve(files().get(0))))
                .contains("|password=seen&code=***\n");
    }

    @Test
    void whatWasRecordedBeforeItWasHiddenIsReplayed() throws Exception {
        real.on("POST /token").answers("taken");
        record(recording().withShown("password", "code"));
        form("/token?code=1", "password=seen");
        gateway.reset();
        gateway.otherwise(recording().replay());
        assertThat(form("/token?code=2", "password=other").body()).isEqualTo("taken");
        gateway.otherwise(recording().withShown("password").replay());
        assertThat(form("/token?code=2", "password=seen").body()).isEqualTo("taken");
        assertThat(form("/token?code=2", "password=other").statusCode()).isEqualTo(404);
        assertThatThrownBy(gateway::verifyMatched).hasMessageContaining("no recording in");
    }

    @Test
    void onlyAFormHasParameters() throws Exception {
        real.on("/").answersBy(request -> Answer.ok(request.text()));
        record();
        assertThat(post("/", "password=seen").body()).isEqualTo("password=seen");
        assertThat(only()).contains("body: text\n|password=seen\nresponse");
    }

    private HttpResponse<String> form(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(gateway.uri().resolve(path))
                        .header("Content-Type", "Application/x-www-form-urlencoded; charset=utf-8")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void aSecretMayBeShown() throws Exception {
        real.on("/")
                .answers(Answer.ok("hi").header("Set-Cookie", "id=7").header("Date", "Sun, 29 Nov 2026 23:00:00 GMT"));
        record(recording().withShown("set-cookie", "key", "Date"));
        get("/?key=7&code=8");
        assertThat(only())
                .contains("/?key=7&code=***\n")
                .contains("  Set-Cookie: id=7\n")
                .contains("  Date: Sun, 29 Nov 2026 23:00:00 GMT\n");
    }

    @Test
    void severalAnswersToARequestComeInOrder() throws Exception {
        real.on("/").answers(Answer.of(503), Answer.ok("1"), Answer.ok("2"));
        record();
        get("/");
        get("/");
        get("/");
        assertThat(files()).hasSize(3).allMatch(name -> name.matches("GET-[0-9a-f]{8}-[123]\\.txt"));
        replay();
        assertThat(get("/").statusCode()).isEqualTo(503);
        assertThat(get("/").body()).isEqualTo("1");
        assertThat(get("/").body()).isEqualTo("2");
        assertThat(get("/").body()).isEqualTo("2");
    }

    @Test
    void aNewRecordingReplacesTheOneBefore() throws Exception {
        real.on("/").answers(Answer.ok("1"), Answer.ok("2"), Answer.ok("3"));
        real.on("/other").answers("other");
        record();
        get("/");
        get("/");
        get("/other");
        record();
        get("/");
        assertThat(files()).hasSize(2);
        replay();
        assertThat(get("/").body()).isEqualTo("3");
        assertThat(get("/other").body()).isEqualTo("other");
    }

    @Test
    void requestsAreToldApartByMethodTargetAndBody() throws Exception {
        real.on("/**").answersBy(request -> Answer.ok(request.method() + request.target() + request.text()));
        record();
        post("/a", "1");
        post("/a", "2");
        get("/a");
        get("/a?x=1");
        get("/A");
        get("/a/b");
        get("/a-b");
        replay();
        assertThat(post("/a", "1").body()).isEqualTo("POST/a1");
        assertThat(post("/a", "2").body()).isEqualTo("POST/a2");
        assertThat(get("/a").body()).isEqualTo("GET/a");
        assertThat(get("/a?x=1").body()).isEqualTo("GET/a?x=1");
        assertThat(get("/A").body()).isEqualTo("GET/A");
        assertThat(get("/a/b").body()).isEqualTo("GET/a/b");
        assertThat(get("/a-b").body()).isEqualTo("GET/a-b");
    }

    @Test
    void aRequestWithoutARecordingIsUnmatched() throws Exception {
        real.on("/**").answers("hi");
        record();
        post("/users/7", "Anna");
        get("/users");
        replay();
        HttpResponse<String> response = post("/users/8", "Bob");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo("no recording in " + folder + " answers #3 POST /users/8\nThe nearest is "
                        + files().get(1) + ":\n  target: recorded /users/7, but was /users/8\n"
                        + "  body: recorded \"Anna\", but was \"Bob\"");
        assertThatThrownBy(gateway::verifyMatched)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(response.body() + "\n\n");
        gateway.allowUnmatched();
        assertThat(get("/users/9").body()).contains("target: recorded /users, but was /users/9");
    }

    @Test
    void aFailureIsNotRecorded() throws Exception {
        real.on("/").fails(Fault.CLOSE);
        record();
        assertThat(get("/").statusCode()).isEqualTo(502);
        assertThat(files()).isEmpty();
        assertThatThrownBy(gateway::verifyMatched).hasMessageContaining("HEAD_FAILED");
    }

    @Test
    void anEmptyFolderIsRefused() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> Recording.of(missing).replay())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no recording in " + missing + ": record one first");
    }

    static Stream<List<String>> damaged() {
        return Stream.of(
                List.of("hello\n", "line 1: expected request, interim, response, body or trailers, but was \"hello\""),
                List.of("", "line 0: the file ends without a request"),
                List.of("request: GET /\n", "line 1: the file ends without a response"),
                List.of("request: GET\n", "line 1: expected a method and a target, but was \"request: GET\""),
                List.of("request: GET /\nrequest: GET /\n", "line 2: a second request, but was \"request: GET /\""),
                List.of("response: 200\n", "line 1: one response comes behind the request, but was \"response: 200\""),
                List.of(
                        "request: GET /\n\nresponse: 99\n",
                        "line 3: expected a status of 200 to 999, but was \"response: 99\""),
                List.of(
                        "request: GET /\ninterim: 200\n",
                        "line 2: expected a status of 100 to 199, but was \"interim: 200\""),
                List.of(
                        "request: GET /\nresponse: 200\nno field\n",
                        "line 3: expected request, interim, response, body or trailers, but was \"no field\""),
                List.of("  a: b\n", "line 1: a field comes behind a request or a response, but was \"  a: b\""),
                List.of(
                        "request: GET /\n  a b: c\nresponse: 200\n",
                        "line 2: no field has this name or value, but was \"  a b: c\""),
                List.of(
                        "request: GET /\nresponse: 200\n|a\n",
                        "line 3: a line of a body comes without a body, but was \"|a\""),
                List.of(
                        "request: GET /\nresponse: 200\nbody: json\n",
                        "line 3: a body is text or base64, but was \"body: json\""),
                List.of(
                        "request: GET /\ntrailers:\n",
                        "line 2: trailers come behind the response, but was \"trailers:\""),
                List.of(
                        "request: GET /\nbody: base64\n|a?\nresponse: 200\n",
                        "line 4: the body before this line is not Base64, but was \"response: 200\""));
    }

    @ParameterizedTest
    @MethodSource
    void damaged(List<String> textAndMessage) throws Exception {
        Path file = folder.resolve("GET-1.txt");
        Files.writeString(file, textAndMessage.get(0));
        assertThatThrownBy(recording()::replay)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + ", " + textAndMessage.get(1));
    }

    @Test
    void aLineThatIsNoTextIsNamed() throws Exception {
        Path file = folder.resolve("GET-1.txt");
        Files.write(file, new byte[] {'#', '\n', '#', (byte) 0xff});
        assertThatThrownBy(recording()::replay).hasMessageStartingWith(file + ", line 2: the line is not in UTF-8");
    }

    @Test
    void aFileMayHaveCommentsAndTheLineEndsOfAnotherSystem() throws Exception {
        Files.writeString(
                folder.resolve("by-hand.txt"),
                "# by hand\r\nrequest: GET /\r\n\r\nresponse: 200\r\n  X-Empty:\r\nbody: text\r\n|a\r\n|b\r\n");
        Files.writeString(folder.resolve("README.md"), "not a recording");
        replay();
        assertThat(get("/").body()).isEqualTo("a\nb");
    }

    @Test
    void withoutASocketItIsTheSame() throws Exception {
        real.on("GET /users/7").answers("Anna");
        FakeGateway inMemory = FakeGateway.withoutSocket();
        TestClient proxy = TestClient.of(ReverseProxy.to(inMemory.upstream("a")));
        inMemory.otherwise(recording().record(real.uri().toString()));
        proxy.get("/users/7");
        inMemory.otherwise(recording().replay());
        assertThat(proxy.get("/users/7").text()).isEqualTo("Anna");
        real.verify(1, "/users/7");
        inMemory.close();
    }

    @Test
    void overTlsTheSameIsRecordedAndReplayed() throws Exception {
        real.on("/users")
                .answers(Answer.redirect(gateway.httpsUri().resolve("/users/7").toString()));
        record();
        HttpClient trusting =
                HttpClient.newBuilder().sslContext(gateway.clientTls()).build();
        HttpRequest request =
                HttpRequest.newBuilder(gateway.httpsUri().resolve("/users")).build();
        assertThat(trusting.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(302);
        assertThat(only()).startsWith("request: GET /users\nresponse: 302\n  Location: /users/7\n");
        replay();
        assertThat(trusting.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(302);
        assertThat(get("/users").statusCode()).isEqualTo(302);
    }

    @Test
    void anUpstreamThatNobodyTrustsIsTold() throws Exception {
        gateway.otherwise(recording().record(real.httpsUri().toString()));
        assertThat(get("/").statusCode()).isEqualTo(502);
        assertThat(files()).isEmpty();
        assertThatThrownBy(gateway::verifyMatched).hasMessageContaining("TLS_FAILED");
    }

    @Test
    void whatGoesWrongOnTheWayToTheClientIsNotRecorded() throws Exception {
        real.on("/").answers("hello");
        gateway.connection(1).fails(Fault.CLOSE);
        gateway.otherwise(recording().record(real.uri().toString()).with(Fault.CLOSE.inBody(2)));
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("\r\n\r\nhe");
        assertThat(only()).endsWith("|hello\n");
        gateway.reset();
        gateway.otherwise(recording().replay().with(Fault.RESET.inBody(2)));
        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
        gateway.otherwise(recording().replay().with(Fault.STALE));
        assertThat(get("/").body()).isEqualTo("hello");
    }
}
