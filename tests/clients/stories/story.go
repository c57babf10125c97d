// The story with openapi-generator's Go client: every answer has the type that the document says.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	pictor "example.com/pictor/client"
)

var (
	ctx = context.WithValue(context.Background(), pictor.ContextAccessToken, os.Getenv("PICTOR_KEY"))
	api = client()
)

func client() *pictor.APIClient {
	configuration := pictor.NewConfiguration()
	configuration.Servers = pictor.ServerConfigurations{{URL: os.Getenv("PICTOR_URL")}}
	return pictor.NewAPIClient(configuration)
}

func picture(name string) *os.File {
	return given(os.Open(filepath.Join(os.Getenv("PICTOR_PICTURES"), name)))
}

func given[T any](value T, err error) T {
	check(err == nil, err)
	return value
}

func answered[T any, R any](value T, _ R, err error) T {
	return given(value, err)
}

func check(holds bool, said ...any) {
	if !holds {
		panic(fmt.Sprint(said...))
	}
}

func problem(err error) pictor.Problem {
	var refused *pictor.GenericOpenAPIError
	check(errors.As(err, &refused), "no typed error: ", err)
	found, typed := refused.Model().(pictor.Problem)
	check(typed, "no problem: ", err)
	return found
}

func ready(id string) {
	for tries := 0; tries < 120; tries++ {
		if answered(api.ImagesAPI.ImagesGet(ctx, id).Execute()).State == pictor.IMAGE_STATE_READY {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	panic(id + " is not ready after 60 s")
}

func ids(page *pictor.ImagePage) (found []string) {
	for _, image := range page.Items {
		found = append(found, image.Id)
	}
	return found
}

func main() {
	one := answered(api.ImagesAPI.ImagesCreate(ctx).Body(picture("one.jpg")).Title("One").Tags([]string{"story"}).Prefer("wait=20").Execute())
	two := answered(api.ImagesAPI.ImagesUpload(ctx).File(picture("two.jpg")).Title("Two").Tags([]string{"story"}).Execute())
	check(one.Title == "One" && two.Title == "Two" && slices.Equal(two.Tags, []string{"story"}), one.Title, two.Title, two.Tags)
	ready(one.Id)
	ready(two.Id)

	labels := answered(api.ImagesAPI.ImagesLabels(ctx, one.Id).Execute()).Items
	check(len(labels) > 0 && labels[0].Rank == 1, "labels: ", labels)

	var seen []string
	for cursor := ""; ; {
		asked := api.ImagesAPI.ImagesList(ctx).Tag([]string{"story"}).Limit(1)
		if cursor != "" {
			asked = asked.Cursor(cursor)
		}
		page := answered(asked.Execute())
		seen = append(seen, ids(page)...)
		if page.NextCursor.Get() == nil {
			break
		}
		cursor = *page.NextCursor.Get()
	}
	check(slices.Contains(seen, one.Id) && slices.Contains(seen, two.Id), "pages: ", seen)
	byLabel := answered(api.ImagesAPI.ImagesList(ctx).Label([]string{labels[0].Id}).Execute())
	check(slices.Contains(ids(byLabel), one.Id), "by label: ", ids(byLabel))

	alike := answered(api.SimilarAPI.ImagesSimilar(ctx, one.Id).Limit(100).Execute())
	check(slices.ContainsFunc(alike.Items, func(hit pictor.SimilarHit) bool { return hit.Image.Id == two.Id }), "similar")
	found := answered(api.SimilarAPI.SearchSimilarPicture(ctx).Body(picture("one.jpg")).Limit(1).Execute())
	check(found.Items[0].Image.Id == one.Id && found.Items[0].Band == pictor.BAND_EXACT, "by picture: ", found.Items)

	made := answered(api.CollectionsAPI.CollectionsCreate(ctx).CollectionCreate(*pictor.NewCollectionCreate("Story")).Execute())
	added := given(api.CollectionsAPI.CollectionsAddImage(ctx, made.Id, one.Id).Execute())
	check(added.StatusCode == 204, "added: ", added.StatusCode)
	kept := answered(api.CollectionsAPI.CollectionsImages(ctx, made.Id).Execute())
	check(slices.Equal(ids(kept), []string{one.Id}), "collection: ", ids(kept))

	title := pictor.NewImageChange()
	title.SetTitle("Uno")
	changed := answered(api.ImagesAPI.ImagesUpdate(ctx, one.Id).ImageChange(*title).Execute())
	check(changed.Title == "Uno" && slices.Equal(changed.Tags, []string{"story"}), changed.Title, changed.Tags)
	content := given(io.ReadAll(answered(api.ContentAPI.ImagesContent(ctx, one.Id).Execute())))
	check(bytes.Equal(content, given(io.ReadAll(picture("one.jpg")))), "bytes differ")

	_, _, err := api.ImagesAPI.ImagesGet(ctx, "00000000-0000-4000-8000-000000000000").Execute()
	check(problem(err).Code == "not_found", err)
	_, _, err = api.CollectionsAPI.CollectionsCreate(ctx).CollectionCreate(*pictor.NewCollectionCreate("")).Execute()
	check(problem(err).Status == 422 && problem(err).Errors[0].Pointer == "/name", err)

	for _, id := range []string{one.Id, two.Id} {
		check(given(api.ImagesAPI.ImagesDelete(ctx, id).Execute()).StatusCode == 204, "deleted")
	}
	_, _, err = api.ImagesAPI.ImagesGet(ctx, one.Id).Execute()
	check(problem(err).Status == 404, err)
}
