package dev.sluice.balancer.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

class StatusActionsTest {
    private final ManualTime time = new ManualTime();
    private final UpstreamPool pool = UpstreamPool.builder()
            .name("shop")
            .time(time)
            .addMember(Member.of(FakeUpstream.named("a")))
            .addMember(Member.of(FakeUpstream.named("b")))
            .build();
    private final Maintenance maintenance = Maintenance.builder().build();
    private final FakeUpstream origin = FakeUpstream.named("origin")
            .answer(request -> ProxyResponse.builder(200)
                    .addHeader("Cache-Control", "max-age=1000")
                    .addHeader("Surrogate-Key", "news")
                    .body(Body.of("page"))
                    .build());
    private final Cache cache =
            Cache.builder().name("pages").memoryBytes(1_000_000).time(time).build();
    private final Pipeline pipeline = Pipeline.builder()
            .time(time)
            .addRoute(Route.path("/**").cache(cache).to(origin))
            .build();
    private final AccessLog log = AccessLog.builder().build();
    private final StatusPage page = StatusPage.builder()
            .time(time)
            .accessLog(log)
            .addPool(pool)
            .addCache(cache)
            .addMaintenance("shop", maintenance)
            .actions(true)
            .build();
    private final StatusViewer viewer = StatusViewer.of(page);

    @AfterEach
    void close() {
        page.close();
        pool.close();
        cache.close();
    }

    private void done(Map<String, String> form, String text) throws Exception {
        TestResponse response = viewer.act(form);
        assertThat(response.text()).isEqualTo("{\"done\":\"" + text + "\"}");
        assertThat(response.status()).isEqualTo(200);
    }

    private void refused(Map<String, String> form, String text) throws Exception {
        TestResponse response = viewer.act(form);
        assertThat(response.status()).isEqualTo(400);
        assertThat(JsonReader.object(response.text()).get("error").toString()).contains(text);
    }

    private Condition condition(String member) {
        return pool.snapshot().member(member).orElseThrow().condition();
    }

    /** Whoever may act may still be somebody who wants to blame another. */
    @Test
    void theLogHasOneLineForEachActionWithoutSecrets() {
        Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
        Sources sources = new Sources();
        sources.caches.put("pages", cache);
        StatusActions actions = new StatusActions(
                sources, new EventRecordingLogger(new SubstituteLogger("actions", events, true), events));
        actions.run(Map.of("action", "purge", "cache", "pages", "tag", "news"), "anna\nforged");
        actions.run(Map.of("action", "purge", "cache", "pages", "url", "http://a.test/?token=hunter2"), "anna");
        assertThat(events)
                .extracting(event -> MessageFormatter.arrayFormat(event.getMessage(), event.getArgumentArray())
                        .getMessage())
                .containsExactly(
                        "anna?forged has asked for: what has the tag news is dropped",
                        "anna has asked for: http://a.test/?token=*** is dropped, stored responses: 0");
    }

    @Test
    void aMemberIsDrainedAndPutBack() throws Exception {
        done(Map.of("action", "drain", "pool", "shop", "member", "a"), "pool shop: a is drained");
        assertThat(condition("a")).isEqualTo(Condition.DRAINED);
        done(Map.of("action", "resume", "pool", "shop", "member", "a"), "pool shop: a gets requests again");
        assertThat(condition("a")).isEqualTo(Condition.UP);
    }

    @Test
    void aMemberGetsAnotherWeight() throws Exception {
        done(Map.of("action", "weight", "pool", "shop", "member", "b", "weight", "7"), "pool shop: b has weight 7");
        assertThat(pool.snapshot().member("b").orElseThrow().weight()).isEqualTo(7);
    }

    @Test
    void aMemberIsReplaced() throws Exception {
        String url = "http://127.0.0.1:1";
        done(
                Map.of("action", "replace", "pool", "shop", "member", "b", "url", url),
                "pool shop: b is replaced by " + url);
        assertThat(pool.snapshot().member("b")).isEmpty();
        assertThat(pool.snapshot().members()).hasSize(2);
    }

    @Test
    void aCacheIsPurgedByTagByUrlAndWhole() throws Exception {
        TestClient client = TestClient.of(pipeline);
        List<Map<String, String>> purges = List.of(
                Map.of("action", "purge", "cache", "pages", "tag", "news"),
                Map.of("action", "purge", "cache", "pages", "url", "http://test.example/1"),
                Map.of("action", "purge", "cache", "pages", "all", "true"));
        for (int i = 0; i < purges.size(); i++) {
            client.get("/1");
            client.get("/1");
            assertThat(origin.requests()).hasSize(i + 1);
            assertThat(viewer.act(purges.get(i)).text()).contains("dropped");
        }
        client.get("/1");
        assertThat(origin.requests()).hasSize(4);
        assertThat(viewer.act(Map.of("action", "purge", "cache", "pages", "all", "true", "soft", "true"))
                        .text())
                .contains("everything is stale now");
    }

    @Test
    void theAccessLogKeepsAnotherShareOfARoute() throws Exception {
        page.watch("main", pipeline);
        assertThat(viewer.named("routes", "/**")).containsEntry("logShare", 1.0);
        done(Map.of("action", "log", "route", "/**", "share", "0.25"), "the access log keeps 0.25 of route /**");
        assertThat(log.kept("/**")).isEqualTo(0.25);
        assertThat(viewer.named("routes", "/**")).containsEntry("logShare", 0.25);
        refused(Map.of("action", "log", "route", "/none", "share", "1"), "there is no route \"/none\"");
        refused(Map.of("action", "log", "route", "/**", "share", "2"), "2.0");
        refused(Map.of("action", "log", "route", "/**", "share", "NaN"), "NaN");
        refused(Map.of("action", "log", "route", "/**", "share", "all"), "share must be a number: \"all\"");
        assertThat(log.kept()).containsOnlyKeys("/**");
    }

    @Test
    void maintenanceIsTurnedOnAndOff() throws Exception {
        done(Map.of("action", "maintenance", "switch", "shop", "on", "true"), "maintenance shop is on");
        assertThat(maintenance.isOn()).isTrue();
        done(Map.of("action", "maintenance", "switch", "shop", "on", "false"), "maintenance shop is off");
        assertThat(maintenance.isOn()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "action=fly | there is no action \"fly\"",
                "pool=shop | action is missing",
                "action=drain | pool is missing",
                "action=drain&pool=other&member=a | there is no pool \"other\" here: [shop]",
                "action=drain&pool=shop&member=c | c",
                "action=weight&pool=shop&member=a&weight=x | weight must be a whole number: \"x\"",
                "action=weight&pool=shop&member=a&weight=-1 | -1",
                "action=replace&pool=shop&member=a&url=nowhere | nowhere",
                "action=replace&pool=shop&member=c&url=http://127.0.0.1:1 | c",
                "action=purge&cache=pages | a purge needs a tag, a url, or all=true",
                "action=purge&cache=pages&all=yes | all must be true or false: \"yes\"",
                "action=purge&cache=pages&tag=a%20b | blank",
                "action=purge&cache=none&all=true | there is no cache \"none\" here: [pages]",
                "action=maintenance&switch=shop | on is missing",
                "action=maintenance&switch=shop&on=maybe | on must be true or false: \"maybe\"",
                "drain | this is not a form",
                "action=%zz | %",
            })
    void whatCannotBeDoneIsSaidAndChangesNothing(String body, String text) throws Exception {
        TestResponse response = send(body, Headers.of("Host", "localhost", "X-Sluice-Token", token()));
        assertThat(response.status()).isEqualTo(400);
        assertThat(JsonReader.object(response.text()).get("error").toString()).contains(text);
        assertThat(pool.snapshot().members()).hasSize(2).allMatch(member -> member.condition() == Condition.UP);
        assertThat(maintenance.isOn()).isFalse();
    }

    private String token() throws Exception {
        return viewer.part("actions").get("token").toString();
    }

    private TestResponse send(String body, Headers headers) throws Exception {
        return viewer.client().send("POST", "/status/action", headers, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPoolThatIsClosedIsSaid() throws Exception {
        pool.close();
        refused(Map.of("action", "drain", "pool", "shop", "member", "a"), "closed");
    }

    /** A form of another site, which the browser of a viewer sends. */
    @ParameterizedTest
    @CsvSource({"none, ''", "wrong, 00000000000000000000000000000000", "other site, right"})
    void aRequestThatDoesNotComeFromThePageIsRefused(String why, String shown) throws Exception {
        Headers.Builder headers = Headers.builder().add("Host", "localhost");
        if (shown.equals("right")) {
            headers.add("X-Sluice-Token", token()).add("Sec-Fetch-Site", "cross-site");
        } else if (!shown.isEmpty()) {
            headers.add("X-Sluice-Token", shown);
        }
        TestResponse response = send("action=drain&pool=shop&member=a", headers.build());
        assertThat(response.status()).as(why).isEqualTo(403);
        assertThat(condition("a")).isEqualTo(Condition.UP);
    }

    @Test
    void theLogNamesWhoHasAskedInOneLine() throws Exception {
        List<String> who = new CopyOnWriteArrayList<>();
        TestClient asking = TestClient.of(request -> {
            who.add(ActionRequests.who(request));
            request.exchange().notes().principal(Principal.of("eve\n12:00 INFO alice"));
            who.add(ActionRequests.who(request));
            return ProxyResponse.of(200, "");
        });
        asking.from(new InetSocketAddress("192.0.2.7", 1)).get("/");
        asking.from(InetSocketAddress.createUnresolved("viewer.test", 1)).get("/");
        assertThat(who)
                .containsExactly(
                        "somebody at 192.0.2.7",
                        "eve?12:00 INFO alice at 192.0.2.7",
                        "somebody at an unknown address",
                        "eve?12:00 INFO alice at an unknown address");
    }

    @Test
    void anActionIsAPost() throws Exception {
        assertThat(viewer.get("/status/action?action=drain&pool=shop&member=a").status())
                .isEqualTo(405);
        assertThat(condition("a")).isEqualTo(Condition.UP);
    }

    @Test
    void actionsAreOffUnlessTheyAreSwitchedOn() throws Exception {
        StatusViewer other = StatusViewer.of(StatusPage.builder().addPool(pool).build());
        assertThat(other.part("actions")).containsEntry("on", false).containsEntry("token", null);
        TestResponse response = other.post(
                Map.of("action", "drain", "pool", "shop", "member", "a"),
                Headers.of("Host", "localhost", "X-Sluice-Token", token()));
        assertThat(response.status()).isEqualTo(403);
        assertThat(condition("a")).isEqualTo(Condition.UP);
    }

    @Test
    void eachPageHasItsOwnSecret() throws Exception {
        StatusViewer other = StatusViewer.of(StatusPage.builder().actions(true).build());
        assertThat(other.part("actions").get("token")).isNotEqualTo(token());
        assertThat(token()).hasSize(32);
    }

    @Test
    void aFormThatIsTooLongIsRefused() throws Exception {
        String body = "action=drain&pool=shop&member=a&" + "x".repeat(20_000) + "=1";
        assertThat(new StatusViewer(TestClient.of(Pipeline.builder()
                                .addRoute(Route.path("/status/**").to(page))
                                .build()))
                        .client()
                        .send(
                                "POST",
                                "/status/action",
                                Headers.of("Host", "localhost", "X-Sluice-Token", token()),
                                body.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(413);
        assertThat(condition("a")).isEqualTo(Condition.UP);
    }
}
