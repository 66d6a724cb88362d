package dev.sluice.proxy.cache.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.contract.Message;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What comes before a response, beside it and behind it: interim responses, other requests, trailers. */
class CacheArrivingTest extends CacheWireTable {
    private static final String LONG = "Cache-Control: max-age=3600";

    @Override
    void rows(CacheRow rows) {
        for (int status : new int[] {102, 103}) {
            rows.optimal("RFC 9110 15.2", status + " goes through a request that fills the cache", talk -> {
                talk.plays((connection, head) -> {
                    connection.write("HTTP/1.1 " + status + " Interim\r\nLink: </a.css>\r\n\r\n");
                    connection.write(talk.text(head, 200, "answer 1", LONG));
                });
                Message first = talk.get().isMiss().message();
                assertThat(first.interim()).hasSize(1);
                assertThat(first.interim().get(0).start()).startsWith("HTTP/1.1 " + status);
                assertThat(first.interim().get(0).field("Link")).isEqualTo("</a.css>");
                assertThat(first.headers().has("Link")).isFalse();
                CacheReply hit = talk.get().isHit().lacks("Link");
                assertThat(hit.message().interim()).isEmpty();
            });
            rows.required("RFC 9111 3", status + " is not stored", talk -> {
                talk.plays((connection, head) -> {
                            connection.write("HTTP/1.1 " + status + " Interim\r\n" + LONG + "\r\nA: 1\r\n\r\n");
                            connection.write(talk.text(head, 200, "answer 1"));
                        })
                        .ok();
                talk.get().isMiss().lacks("A");
                talk.get().isMiss();
            });
        }
        collapsed(rows);
        alone(rows);
        rows.required("RFC 9110 6.5", "a response with trailers is stored without them", talk -> {
            talk.plays((connection, head) -> connection.write(talk.text(
                    head,
                    200,
                    "8\r\nanswer 1\r\n0\r\nA: 1\r\n\r\n",
                    LONG,
                    "Transfer-Encoding: chunked",
                    "Trailer: A")));
            talk.get("TE: trailers").isMiss().lacks("A");
            talk.get("TE: trailers").isHit().lacks("A");
        });
    }

    private static void collapsed(CacheRow rows) {
        rows.optimal("RFC 9111 4", "requests for the same wait for one", talk -> {
            CountDownLatch go = new CountDownLatch(1);
            talk.plays((connection, head) -> {
                Awaited.latch(go);
                connection.write(talk.text(head, 200, "answer 1", LONG));
            });
            for (Message each : together(talk, go, 5)) {
                assertThat(each.body()).isEqualTo("answer 1");
            }
            talk.isAsked(1);
        });
        rows.required("RFC 9111 4", "but each gets its own of what is private", talk -> {
            CountDownLatch go = new CountDownLatch(1);
            for (int i = 0; i < 5; i++) {
                String body = "for " + i;
                talk.plays((connection, head) -> {
                    Awaited.latch(go);
                    connection.write(talk.text(head, 200, body, "Cache-Control: private"));
                });
            }
            assertThat(together(talk, go, 5)).extracting(Message::body).doesNotHaveDuplicates();
            talk.isAsked(5);
        });
    }

    private static void alone(CacheRow rows) {
        for (String directive : new String[] {"max-age=0", "no-cache"}) {
            rows.optimal("RFC 9111 5.2.1", "who asks with " + directive + " waits for nobody", talk -> {
                CountDownLatch go = new CountDownLatch(1);
                talk.plays((connection, head) -> {
                    Awaited.latch(go);
                    connection.write(talk.text(head, 200, "answer 1", LONG));
                });
                talk.ok(LONG);
                try (RawConnection first = RawConnection.connect(talk.wire.server.address());
                        RawConnection second = RawConnection.connect(talk.wire.server.address())) {
                    first.write(talk.request("GET", ""));
                    Awaited.isTrue(() -> talk.asked().size() == 1);
                    second.write(talk.request("GET", "", "Cache-Control: " + directive));
                    assertThat(Message.response(second, "GET").body()).isEqualTo("answer 2");
                    go.countDown();
                    assertThat(Message.response(first, "GET").body()).isEqualTo("answer 1");
                } finally {
                    go.countDown();
                }
                talk.settle();
                talk.isAsked(2);
            });
        }
    }

    private static List<Message> together(CacheTalk talk, CountDownLatch go, int clients) throws Exception {
        List<RawConnection> open = new ArrayList<>();
        List<Message> received = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                RawConnection client = RawConnection.connect(talk.wire.server.address());
                open.add(client);
                client.write(talk.request("GET", ""));
            }
            Awaited.isTrue(() -> !talk.asked().isEmpty());
            go.countDown();
            for (RawConnection client : open) {
                received.add(Message.response(client, "GET"));
            }
        } finally {
            open.forEach(RawConnection::close);
        }
        talk.settle();
        return received;
    }
}
