package dev.sluice.balancer.status;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A viewer of a page, without a socket. */
record StatusViewer(TestClient client) {
    static StatusViewer of(StatusPage page) {
        return new StatusViewer(TestClient.of(page));
    }

    TestResponse get(String path) throws Exception {
        return get(path, "localhost");
    }

    TestResponse get(String path, String host) throws Exception {
        return client.send("GET", path, Headers.of("Host", host), new byte[0]);
    }

    Map<String, Object> state() throws Exception {
        return JsonReader.object(get("/status/data").text());
    }

    /** The state's member of this name, which has members itself. */
    Map<String, Object> part(String name) throws Exception {
        return members(state(), name);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> members(Map<String, Object> of, String name) {
        return (Map<String, Object>) of.get(name);
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Map<String, Object> of, String name) {
        return (List<Map<String, Object>>) of.get(name);
    }

    /** The element of a list of the state that has this name. */
    Map<String, Object> named(String list, String name) throws Exception {
        return list(state(), list).stream()
                .filter(each -> name.equals(each.get("name")))
                .findFirst()
                .orElseThrow();
    }

    Map<String, Object> member(String pool, String id) throws Exception {
        return list(named("pools", pool), "members").stream()
                .filter(each -> id.equals(each.get("id")))
                .findFirst()
                .orElseThrow();
    }

    /** Asks for an action with the page's secret. */
    TestResponse act(Map<String, String> form) throws Exception {
        String token = String.valueOf(part("actions").get("token"));
        return post(form, Headers.of("Host", "localhost", "X-Sluice-Token", token));
    }

    TestResponse post(Map<String, String> form, Headers headers) throws Exception {
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return client.send("POST", "/status/action", headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
