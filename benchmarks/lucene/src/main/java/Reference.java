import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * Ranks documents as Lucene does by default: its English analyzer, BM25 with its own k1 and b, any
 * word of the query, title and text in one field.
 *
 * <p>Takes two files of lines with an id, a tab and a text: documents, then queries. Prints the
 * first {@code DEPTH} documents of each query: query, document and score between tabs.
 */
public final class Reference {
  private static final int DEPTH = 1000;

  public static void main(String[] arguments) throws IOException {
    Analyzer analyzer = new EnglishAnalyzer();
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      index(Path.of(arguments[0]), directory, analyzer);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        rank(Path.of(arguments[1]), new IndexSearcher(reader), analyzer);
      }
    }
  }

  private static void index(Path path, ByteBuffersDirectory directory, Analyzer analyzer)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer));
        BufferedReader lines = Files.newBufferedReader(path)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("\t", 2);
        Document document = new Document();
        document.add(new StringField("id", columns[0], Field.Store.YES));
        document.add(new TextField("text", columns[1], Field.Store.NO));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  private static void rank(Path path, IndexSearcher searcher, Analyzer analyzer)
      throws IOException {
    QueryBuilder builder = new QueryBuilder(analyzer);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (BufferedReader lines = Files.newBufferedReader(path)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("\t", 2);
        Query query = builder.createBooleanQuery("text", columns[1], BooleanClause.Occur.SHOULD);
        if (query == null) {
          continue;
        }
        for (ScoreDoc found : searcher.search(query, DEPTH).scoreDocs) {
          String id = searcher.storedFields().document(found.doc).get("id");
          out.println(columns[0] + "\t" + id + "\t" + found.score);
        }
      }
    }
    out.flush();
  }
}
