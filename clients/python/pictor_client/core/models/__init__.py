"""Contains all the data models used in inputs/outputs"""

from .account import Account
from .account_change import AccountChange
from .account_create import AccountCreate
from .account_page import AccountPage
from .account_with_password import AccountWithPassword
from .api_key import ApiKey
from .api_key_create import ApiKeyCreate
from .api_key_page import ApiKeyPage
from .api_key_rotate import ApiKeyRotate
from .api_key_with_secret import ApiKeyWithSecret
from .audit_actor import AuditActor
from .audit_event import AuditEvent
from .audit_outcome import AuditOutcome
from .audit_page import AuditPage
from .band import Band
from .camera_facet import CameraFacet
from .channels import Channels
from .checked_digest import CheckedDigest
from .checked_digests import CheckedDigests
from .classification import Classification
from .classified_label import ClassifiedLabel
from .classifier_model import ClassifierModel
from .classify_form import ClassifyForm
from .collapse import Collapse
from .collection import Collection
from .collection_change import CollectionChange
from .collection_create import CollectionCreate
from .collection_kind import CollectionKind
from .collection_members import CollectionMembers
from .collection_page import CollectionPage
from .coverage import Coverage
from .deletion import Deletion
from .download import Download
from .download_create import DownloadCreate
from .duplicate_choice import DuplicateChoice
from .duplicate_kind import DuplicateKind
from .duplicates import Duplicates
from .duplicates_page import DuplicatesPage
from .emptied_trash import EmptiedTrash
from .event_page import EventPage
from .event_type import EventType
from .facets import Facets
from .field_error import FieldError
from .fit import Fit
from .format_ import Format
from .image import Image
from .image_change import ImageChange
from .image_delete_result import ImageDeleteResult
from .image_delete_results import ImageDeleteResults
from .image_deletes import ImageDeletes
from .image_exif import ImageExif
from .image_explanation import ImageExplanation
from .image_label import ImageLabel
from .image_labels import ImageLabels
from .image_owner import ImageOwner
from .image_page import ImagePage
from .image_restore_result import ImageRestoreResult
from .image_restore_results import ImageRestoreResults
from .image_state import ImageState
from .image_update import ImageUpdate
from .image_update_result import ImageUpdateResult
from .image_update_results import ImageUpdateResults
from .image_updates import ImageUpdates
from .image_upload import ImageUpload
from .image_urls import ImageUrls
from .image_warning import ImageWarning
from .images_check import ImagesCheck
from .images_of_deleted import ImagesOfDeleted
from .include import Include
from .input_contract import InputContract
from .label_decider import LabelDecider
from .label_detail import LabelDetail
from .label_facet import LabelFacet
from .label_reference import LabelReference
from .label_source import LabelSource
from .label_status import LabelStatus
from .library_event import LibraryEvent
from .library_reprocess import LibraryReprocess
from .matched_by import MatchedBy
from .matched_label import MatchedLabel
from .matched_parameter import MatchedParameter
from .membership_result import MembershipResult
from .membership_results import MembershipResults
from .mode import Mode
from .model import Model
from .model_choice import ModelChoice
from .model_list import ModelList
from .model_space import ModelSpace
from .model_space_list import ModelSpaceList
from .model_speed import ModelSpeed
from .model_status import ModelStatus
from .on_duplicate import OnDuplicate
from .open_api_document import OpenApiDocument
from .operation import Operation
from .operation_failure import OperationFailure
from .operation_page import OperationPage
from .operation_parameters import OperationParameters
from .operation_progress import OperationProgress
from .operation_state import OperationState
from .owner_facet import OwnerFacet
from .page_session import PageSession
from .page_start import PageStart
from .password_change import PasswordChange
from .preset import Preset
from .problem import Problem
from .region import Region
from .role import Role
from .rotation import Rotation
from .scaling import Scaling
from .scope import Scope
from .search_match import SearchMatch
from .served_model_state import ServedModelState
from .service_state import ServiceState
from .service_status import ServiceStatus
from .services_status import ServicesStatus
from .session import Session
from .session_create import SessionCreate
from .share import Share
from .share_create import ShareCreate
from .share_unlock import ShareUnlock
from .share_with_secret import ShareWithSecret
from .shared_collection import SharedCollection
from .shared_field import SharedField
from .shared_image import SharedImage
from .shared_image_page import SharedImagePage
from .shares import Shares
from .similar_example import SimilarExample
from .similar_filter import SimilarFilter
from .similar_hit import SimilarHit
from .similar_images import SimilarImages
from .similar_recall import SimilarRecall
from .similar_search import SimilarSearch
from .similar_search_form import SimilarSearchForm
from .sort import Sort
from .space_comparison import SpaceComparison
from .space_overlap import SpaceOverlap
from .space_promotion import SpacePromotion
from .spaces_to_compare import SpacesToCompare
from .status import Status
from .status_state import StatusState
from .tag_facet import TagFacet
from .term import Term
from .term_kind import TermKind
from .term_page import TermPage
from .trash_page import TrashPage
from .trash_selection import TrashSelection
from .trashed_image import TrashedImage
from .uploaded_image import UploadedImage
from .user import User
from .user_create import UserCreate
from .user_quota import UserQuota
from .visibility import Visibility

__all__ = (
    "Account",
    "AccountChange",
    "AccountCreate",
    "AccountPage",
    "AccountWithPassword",
    "ApiKey",
    "ApiKeyCreate",
    "ApiKeyPage",
    "ApiKeyRotate",
    "ApiKeyWithSecret",
    "AuditActor",
    "AuditEvent",
    "AuditOutcome",
    "AuditPage",
    "Band",
    "CameraFacet",
    "Channels",
    "CheckedDigest",
    "CheckedDigests",
    "Classification",
    "ClassifiedLabel",
    "ClassifierModel",
    "ClassifyForm",
    "Collapse",
    "Collection",
    "CollectionChange",
    "CollectionCreate",
    "CollectionKind",
    "CollectionMembers",
    "CollectionPage",
    "Coverage",
    "Deletion",
    "Download",
    "DownloadCreate",
    "DuplicateChoice",
    "DuplicateKind",
    "Duplicates",
    "DuplicatesPage",
    "EmptiedTrash",
    "EventPage",
    "EventType",
    "Facets",
    "FieldError",
    "Fit",
    "Format",
    "Image",
    "ImageChange",
    "ImageDeleteResult",
    "ImageDeleteResults",
    "ImageDeletes",
    "ImageExif",
    "ImageExplanation",
    "ImageLabel",
    "ImageLabels",
    "ImageOwner",
    "ImagePage",
    "ImageRestoreResult",
    "ImageRestoreResults",
    "ImageState",
    "ImageUpdate",
    "ImageUpdateResult",
    "ImageUpdateResults",
    "ImageUpdates",
    "ImageUpload",
    "ImageUrls",
    "ImageWarning",
    "ImagesCheck",
    "ImagesOfDeleted",
    "Include",
    "InputContract",
    "LabelDecider",
    "LabelDetail",
    "LabelFacet",
    "LabelReference",
    "LabelSource",
    "LabelStatus",
    "LibraryEvent",
    "LibraryReprocess",
    "MatchedBy",
    "MatchedLabel",
    "MatchedParameter",
    "MembershipResult",
    "MembershipResults",
    "Mode",
    "Model",
    "ModelChoice",
    "ModelList",
    "ModelSpace",
    "ModelSpaceList",
    "ModelSpeed",
    "ModelStatus",
    "OnDuplicate",
    "OpenApiDocument",
    "Operation",
    "OperationFailure",
    "OperationPage",
    "OperationParameters",
    "OperationProgress",
    "OperationState",
    "OwnerFacet",
    "PageSession",
    "PageStart",
    "PasswordChange",
    "Preset",
    "Problem",
    "Region",
    "Role",
    "Rotation",
    "Scaling",
    "Scope",
    "SearchMatch",
    "ServedModelState",
    "ServiceState",
    "ServiceStatus",
    "ServicesStatus",
    "Session",
    "SessionCreate",
    "Share",
    "ShareCreate",
    "ShareUnlock",
    "ShareWithSecret",
    "SharedCollection",
    "SharedField",
    "SharedImage",
    "SharedImagePage",
    "Shares",
    "SimilarExample",
    "SimilarFilter",
    "SimilarHit",
    "SimilarImages",
    "SimilarRecall",
    "SimilarSearch",
    "SimilarSearchForm",
    "Sort",
    "SpaceComparison",
    "SpaceOverlap",
    "SpacePromotion",
    "SpacesToCompare",
    "Status",
    "StatusState",
    "TagFacet",
    "Term",
    "TermKind",
    "TermPage",
    "TrashPage",
    "TrashSelection",
    "TrashedImage",
    "UploadedImage",
    "User",
    "UserCreate",
    "UserQuota",
    "Visibility",
)
