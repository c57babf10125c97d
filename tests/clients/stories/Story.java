// The story with openapi-generator's Java client: every answer has the type that the document says.
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.CollectionsApi;
import org.openapitools.client.api.ContentApi;
import org.openapitools.client.api.ImagesApi;
import org.openapitools.client.api.SimilarApi;
import org.openapitools.client.model.Band;
import org.openapitools.client.model.Collection;
import org.openapitools.client.model.CollectionCreate;
import org.openapitools.client.model.Image;
import org.openapitools.client.model.ImageChange;
import org.openapitools.client.model.ImageLabel;
import org.openapitools.client.model.ImagePage;
import org.openapitools.client.model.ImageState;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.SimilarHit;
import org.openapitools.client.model.SimilarImages;
import org.openapitools.client.model.UploadedImage;

public class Story {
  static final ApiClient client = new ApiClient();
  static final ImagesApi images = new ImagesApi(client);
  static final SimilarApi similar = new SimilarApi(client);
  static final CollectionsApi collections = new CollectionsApi(client);

  interface Asked {
    void send() throws ApiException;
  }

  static void check(boolean holds, Object said) {
    if (!holds) throw new AssertionError(said);
  }

  static Problem problem(Asked asked) throws Exception {
    try {
      asked.send();
    } catch (ApiException error) {
      return Problem.fromJson(error.getResponseBody());
    }
    throw new AssertionError("it was not refused");
  }

  static File picture(String name) {
    return new File(System.getenv("PICTOR_PICTURES"), name);
  }

  static void ready(UUID id) throws Exception {
    for (int tries = 0; tries < 120; tries++) {
      if (images.imagesGet(id).execute().getState() == ImageState.IMAGE_STATE_READY) return;
      Thread.sleep(500);
    }
    throw new AssertionError(id + " is not ready after 60 s");
  }

  static ImagePage tagged(String cursor) throws ApiException {
    return images.imagesList().tag(List.of("story")).limit(1).cursor(cursor).execute();
  }

  static List<UUID> ids(ImagePage page) {
    return page.getItems().stream().map(Image::getId).toList();
  }

  public static void main(String[] arguments) throws Exception {
    client.setBasePath(System.getenv("PICTOR_URL"));
    client.setBearerToken(System.getenv("PICTOR_KEY"));
    client.setReadTimeout(60_000);
    File original = picture("one.jpg");

    UploadedImage one =
        images.imagesCreate(original).title("One").tags(List.of("story")).prefer("wait=20").execute();
    UploadedImage two = images.imagesUpload(picture("two.jpg")).title("Two").tags(List.of("story")).execute();
    check(one.getTitle().equals("One") && two.getTitle().equals("Two"), two);
    check(two.getTags().equals(List.of("story")), two);
    ready(one.getId());
    ready(two.getId());

    List<ImageLabel> labels = images.imagesLabels(one.getId()).execute().getItems();
    check(labels.get(0).getRank() == 1, labels);

    List<UUID> seen = new ArrayList<>();
    String cursor = null;
    do {
      ImagePage page = tagged(cursor);
      seen.addAll(ids(page));
      cursor = page.getNextCursor();
    } while (cursor != null);
    check(seen.containsAll(List.of(one.getId(), two.getId())), seen);
    ImagePage labelled = images.imagesList().label(List.of(labels.get(0).getId())).execute();
    check(ids(labelled).contains(one.getId()), "by label");

    SimilarImages alike = similar.imagesSimilar(one.getId()).limit(100).execute();
    check(alike.getItems().stream().anyMatch(hit -> hit.getImage().getId().equals(two.getId())), alike);
    SimilarHit best = similar.searchSimilarPicture(original).limit(1).execute().getItems().get(0);
    check(best.getImage().getId().equals(one.getId()) && best.getBand() == Band.BAND_EXACT, best);

    Collection made = collections.collectionsCreate(new CollectionCreate().name("Story")).execute();
    collections.collectionsAddImage(made.getId().toString(), one.getId()).execute();
    ImagePage kept = collections.collectionsImages(made.getId().toString()).execute();
    check(ids(kept).equals(List.of(one.getId())), kept);

    Image changed = images.imagesUpdate(one.getId(), new ImageChange().title("Uno")).execute();
    check(changed.getTitle().equals("Uno") && changed.getTags().equals(List.of("story")), changed);
    Path downloaded = new ContentApi(client).imagesContent(one.getId()).execute().toPath();
    check(Files.mismatch(downloaded, original.toPath()) == -1, "the bytes differ");

    check(problem(() -> images.imagesGet(UUID.randomUUID()).execute()).getCode().equals("not_found"), "404");
    Problem refused =
        problem(() -> collections.collectionsCreate(new CollectionCreate().name("")).execute());
    check(refused.getStatus() == 422 && refused.getErrors().get(0).getPointer().equals("/name"), refused);

    images.imagesDelete(one.getId()).execute();
    images.imagesDelete(two.getId()).execute();
    check(problem(() -> images.imagesGet(one.getId()).execute()).getStatus() == 404, "deleted");
  }
}
