import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** A process that is one node of a cluster: Node FOLDER NUMBER NODES FIRST_PORT. */
class Node {
    private static final int TRANSPORT = 100;

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int number = Integer.parseInt(arguments[1]);
        int nodes = Integer.parseInt(arguments[2]);
        int port = Integer.parseInt(arguments[3]);
        List<String> names = new ArrayList<>();
        List<String> seeds = new ArrayList<>();
        for (int other = 0; other < nodes; other++) {
            names.add("node-" + other);
            seeds.add("127.0.0.1:" + (port + TRANSPORT + other));
        }
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((ignored, settings) -> {
            settings.put("node.name", "node-" + number);
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", port + number);
            settings.put("transport.port", port + TRANSPORT + number);
            settings.put("discovery.type", "zen");
            settings.putList("discovery.seed_hosts", seeds);
            settings.putList("cluster.initial_cluster_manager_nodes", names);
            // A machine of developers is often nearly full; nothing here is large.
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            // So that a node that was killed is noticed while a test waits.
            settings.put("cluster.fault_detection.follower_check.interval", "500ms");
            settings.put("cluster.fault_detection.leader_check.interval", "500ms");
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner)));
        String data = folder.resolve("data-" + number).toString();
        runner.build("-basePath", data, "-numOfNode", "1", "-clusterName", "searchsvc-tests");
        new CountDownLatch(1).await();
    }

    private static void close(OpenSearchRunner runner) {
        try {
            runner.close();
        } catch (Exception error) {
            System.err.println("not closed: " + error);
        }
    }
}
