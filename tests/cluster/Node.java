import java.io.IOException;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One OpenSearch node in this process: NAME FOLDER HTTP-PORT TRANSPORT-PORT SEEDS NAMES. It ends where its standard
 * input does, so that no node outlives the tests.
 */
public class Node {
    public static void main(String[] arguments) throws IOException {
        String name = arguments[0];
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("node.name", name);
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", arguments[2]);
            settings.put("transport.port", arguments[3]);
            settings.put("discovery.type", "zen");
            settings.putList("discovery.seed_hosts", arguments[4].split(","));
            settings.putList("cluster.initial_cluster_manager_nodes", arguments[5].split(","));
            // The disk of a test machine may be nearly full.
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            settings.put("action.destructive_requires_name", true);
        }).build(OpenSearchRunner.newConfigs().basePath(arguments[1]).clusterName("kb-test").numOfNode(1));
        System.out.println(name + " has begun");
        while (System.in.read() >= 0) {
            // waits for the end
        }
        Runtime.getRuntime().halt(0);
    }
}
